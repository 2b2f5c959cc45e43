package dev.alloy.access;

import dev.alloy.audit.AuditLog;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Wires credentials into Spring Security: deny by default, no sessions, bearer tokens only. */
@Configuration(proxyBeanMethods = false)
@EnableJpaRepositories(basePackages = "dev.alloy", repositoryBaseClass = JpaTenantRepository.class)
class AccessConfiguration {

    private static final String[] OPEN = {
        "/actuator/health",
        "/actuator/health/**",
        "/v3/api-docs",
        "/v3/api-docs.yaml",
        "/swagger-ui.html",
        "/swagger-ui/**",
        "/schemas/*",
        "/api/attestation-keys",
        "/problems",
        "/problems/*",
        "/assets/**"
    };

    @Bean
    SecurityFilterChain api(HttpSecurity http, List<CredentialSource> sources, ProblemWriter problems) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(new BearerFilter(sources, problems), AuthorizationFilter.class)
                .authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                                .permitAll()
                                .requestMatchers(OPEN)
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(
                                (request, response, e) -> problems.write(
                                        request,
                                        response,
                                        ProblemType.UNAUTHENTICATED.because(
                                                UnusableCredential.because(request.getHeaders("Authorization")))))
                        .accessDeniedHandler((request, response, e) -> problems.write(
                                request, response, ProblemType.AUTHORITY_MISSING.because("This call is not allowed."))))
                .build();
    }

    /** Nobody looks at how long each of security's own filters took; wrapping them costs every call. */
    @Bean
    SecurityObservationSettings noSecurityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** Strict in all but methods: an unknown one is answered by the dispatcher, with 405 and what is allowed. */
    @Bean
    StrictHttpFirewall firewall() {
        var firewall = new StrictHttpFirewall();
        firewall.setUnsafeAllowAnyHttpMethod(true);
        return firewall;
    }

    /** Keeps Boot from inventing a user with a generated password: there are none here. */
    @Bean
    UserDetailsService noUsers() {
        return name -> {
            throw new UsernameNotFoundException("There are no users, only tokens");
        };
    }

    @Bean
    FilterRegistrationBean<DenialAudit> denialAudit(AuditLog log) {
        var registration = new FilterRegistrationBean<>(new DenialAudit(log));
        registration.addUrlPatterns("/*");
        // Behind security, so the caller is known, and outside the transaction that a refusal rolls back.
        registration.setOrder(-60);
        return registration;
    }

    @Bean
    WebMvcConfigurer callers() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerResolver());
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new AccessGuard());
            }
        };
    }
}
