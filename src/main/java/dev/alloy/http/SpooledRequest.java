package dev.alloy.http;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** A request whose body is in a file. */
class SpooledRequest extends HttpServletRequestWrapper implements ReadRequest {

    private final SpooledBody body;

    SpooledRequest(HttpServletRequest request, SpooledBody body) {
        super(request);
        this.body = body;
    }

    SpooledBody body() {
        return body;
    }

    @Override
    public String bodyDigest() {
        return body.digest();
    }

    @Override
    public ServletInputStream getInputStream() {
        throw new IllegalStateException("The body is in a file");
    }
}
