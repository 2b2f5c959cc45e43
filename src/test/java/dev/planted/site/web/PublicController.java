package dev.planted.site.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.http.JsonBody;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/plants")
public class PublicController {

    public record PublicResponse() {}

    record WithoutSchema() {}

    @JsonBody(schema = "no_such_schema")
    record WithAnAbsentSchema() {}

    @GetMapping("/1")
    PublicResponse forAnybody() {
        return new PublicResponse();
    }

    @Access
    @GetMapping("/2")
    PublicResponse forNobody() {
        return new PublicResponse();
    }

    @Access(anyone = true, authority = Authority.VIEW)
    @GetMapping("/3")
    PublicResponse forAllAndOne() {
        return new PublicResponse();
    }

    @PostMapping
    void withoutSchema(@RequestBody WithoutSchema body) {}

    @PostMapping
    void withAnAbsentSchema(@RequestBody WithAnAbsentSchema body) {}
}
