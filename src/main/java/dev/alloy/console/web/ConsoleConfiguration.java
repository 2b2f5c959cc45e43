package dev.alloy.console.web;

import dev.alloy.access.Sessions;
import dev.alloy.http.AsyncBodyReads;
import dev.alloy.problem.ProblemPage;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.CacheControl;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Wires the console beside the API: its own chain of security, with cookies and without bearer tokens. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {

    /** Behind security, so only a known caller learns that there is nothing for them. */
    private static final int BEHIND_SECURITY = -70;

    private static final int BEFORE_SECURITY = -115;

    private static final int BEFORE_WHATEVER_REFUSES = -120;

    private static final long MOST_OF_FORMS = 4L * 1024 * 1024;
    private static final Duration FORM_PATIENCE = Duration.ofSeconds(10);

    @Bean
    @Order(0)
    SecurityFilterChain console(HttpSecurity http, Sessions sessions, SessionCookies cookies, ProblemWriter problems) {
        return http.securityMatcher(ConsoleRequests::isForPages)
                .csrf(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .sessionManagement(state -> state.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(new SessionFilter(sessions, cookies, problems), AuthorizationFilter.class)
                .authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                                .permitAll()
                                .requestMatchers(Address.SIGN_IN.path())
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(
                                (request, response, e) -> askToSignIn(request, response, problems))
                        .accessDeniedHandler((request, response, e) -> problems.write(
                                request, response, ProblemType.AUTHORITY_MISSING.because("This is not allowed."))))
                .build();
    }

    private static void askToSignIn(HttpServletRequest request, HttpServletResponse response, ProblemWriter problems)
            throws IOException {
        if (ConsoleRequests.isForStream(request)) {
            problems.write(request, response, ProblemType.UNAUTHENTICATED.because("The session has ended."));
            return;
        }
        String query = request.getQueryString();
        Address wanted = Address.sent(request.getRequestURI() + (query == null ? "" : "?" + query));
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader(
                "Location", Address.SIGN_IN.with("next", wanted.path()).path());
    }

    @Bean
    FilterRegistrationBean<PageRefusals> pageRefusals(ProblemPage page) {
        var registration = new FilterRegistrationBean<>(new PageRefusals(page));
        registration.addUrlPatterns("/*");
        registration.setOrder(BEFORE_WHATEVER_REFUSES);
        return registration;
    }

    /** Forms are read to find out whether they are genuine, before security knows who sends them. */
    @Bean
    FilterRegistrationBean<AsyncBodyReads> unhurriedForms(ProblemWriter problems) {
        var registration = new FilterRegistrationBean<>(new AsyncBodyReads(
                request -> request.getMethod().equals("POST") && ConsoleRequests.isForPages(request),
                SessionFilter.LONGEST_FORM,
                MOST_OF_FORMS,
                FORM_PATIENCE,
                problems));
        registration.addUrlPatterns("/*");
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        registration.setOrder(BEFORE_SECURITY);
        return registration;
    }

    /** The console's addresses answer whoever does not ask for HTML as any that is nowhere. */
    @Bean
    FilterRegistrationBean<NothingButPages> nothingButPages(
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver refusals) {
        var registration = new FilterRegistrationBean<>(new NothingButPages(refusals));
        registration.addUrlPatterns("/*");
        registration.setOrder(BEHIND_SECURITY);
        return registration;
    }

    @Bean
    WebMvcConfigurer assets() {
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                // Their addresses carry their digest.
                registry.addResourceHandler("/assets/**")
                        .addResourceLocations("classpath:/static/assets/")
                        .setCacheControl(CacheControl.maxAge(Duration.ofDays(365))
                                .cachePublic()
                                .immutable());
            }
        };
    }
}
