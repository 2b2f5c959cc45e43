package dev.planted.outgoing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import org.springframework.web.client.RestClient;

/** Fetches what somebody asked it to. */
class Caller {

    HttpClient client() {
        return HttpClient.newHttpClient();
    }

    InputStream stream(String url) throws IOException {
        return URI.create(url).toURL().openStream();
    }

    Object connection(String url) throws IOException {
        return URI.create(url).toURL().openConnection();
    }

    void socket(String host) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, 80));
        }
    }

    RestClient springs() {
        return RestClient.create();
    }
}
