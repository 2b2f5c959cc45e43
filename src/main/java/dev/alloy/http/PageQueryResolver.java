package dev.alloy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Makes a {@link PageQuery} of the parameters {@code limit} and {@code cursor}. */
class PageQueryResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == PageQuery.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest request = (HttpServletRequest) web.getNativeRequest();
        return PageQuery.parse(request.getParameter("limit"), request.getParameter("cursor"), binding(request));
    }

    private static String binding(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        String filters = request.getParameterMap().entrySet().stream()
                .filter(entry ->
                        !entry.getKey().equals("limit") && !entry.getKey().equals("cursor"))
                .map(entry -> entry.getKey() + "=" + String.join(",", entry.getValue()))
                .sorted()
                .collect(Collectors.joining("&"));
        return (caller == null ? "" : caller.getName()) + " " + request.getRequestURI() + "?" + filters;
    }
}
