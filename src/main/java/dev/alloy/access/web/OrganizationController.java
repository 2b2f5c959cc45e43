package dev.alloy.access.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Organization;
import dev.alloy.access.Organizations;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@Tag(name = "Access")
@RestController
@RequestMapping("/api/organizations")
class OrganizationController {

    private final Organizations organizations;
    private final PublicUrl urls;

    OrganizationController(Organizations organizations, PublicUrl urls) {
        this.organizations = organizations;
        this.urls = urls;
    }

    @JsonBody(schema = "create_organization")
    record CreateOrganizationRequest(String id, String name) {}

    record OrganizationResponse(String id, String name, Instant createdAt, String createdBy) {

        static OrganizationResponse of(Organization organization) {
            return new OrganizationResponse(
                    organization.id(), organization.name(), organization.createdAt(), organization.createdBy());
        }
    }

    @Creates
    @Access(authority = Authority.ADMINISTER)
    @Problems(ProblemType.ID_TAKEN)
    @Operation(operationId = "createOrganization", summary = "Create an organization (bootstrap token only)")
    @PostMapping
    ResponseEntity<OrganizationResponse> create(Caller caller, @RequestBody CreateOrganizationRequest body) {
        Organization made = organizations.create(caller, body.id(), body.name());
        return ResponseEntity.created(URI.create(urls.of("/api/organizations/" + made.id())))
                .body(OrganizationResponse.of(made));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listOrganizations", summary = "List the organizations you belong to")
    @GetMapping
    Page<OrganizationResponse> list(Caller caller, PageQuery page) {
        return organizations.list(caller, page).map(OrganizationResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getOrganization", summary = "Read an organization")
    @GetMapping("/{id}")
    OrganizationResponse get(Caller caller, @PathVariable String id) {
        return OrganizationResponse.of(organizations.get(caller, id));
    }
}
