package io.inmesh.instrumentation.jdkhttpclient;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the library writes the request head, in HTTP/1.1 and in HTTP/2. */
final class HeadAdvice {
  private final Internals internals;
  private final Hops hops;

  HeadAdvice(Internals internals, Hops hops) {
    this.internals = internals;
    this.hops = hops;
  }

  /** {@code Http1Request.requestURI()}. */
  String requestUri(String uri, Object http1) {
    Hop hop = hops.get(internals.requestOfHttp1(http1));
    String path = hop == null ? null : hop.path;
    return path == null ? uri : path;
  }

  /** {@code Http1Request.hostString()}. */
  String host(String host, Object http1) {
    Hop hop = hops.get(internals.requestOfHttp1(http1));
    String authority = hop == null ? null : hop.authority;
    return authority == null ? host : authority;
  }

  /** {@code Http1Request.collectHeaders0(StringBuilder)}. */
  @Nullable Object userHeaders(Object http1) {
    Hop hop = hops.get(internals.requestOfHttp1(http1));
    HttpHeaders headers = hop == null ? null : hop.userHeaders;
    if (headers != null) {
      internals.setUserHeaders(http1, headers);
    }
    return null;
  }

  /** {@code Stream.createPseudoHeaders(HttpRequest)}. */
  HttpHeaders pseudoHeaders(HttpHeaders headers, HttpRequest request) {
    Hop hop = hops.get(request);
    if (hop == null || (hop.path == null && hop.authority == null)) {
      return headers;
    }
    Map<String, List<String>> changed = new LinkedHashMap<>(headers.map());
    String path = hop.path;
    if (path != null) {
      changed.put(":path", List.of(path));
    }
    String authority = hop.authority;
    if (authority != null) {
      changed.put(":authority", List.of(authority));
    }
    return HttpHeaders.of(changed, (name, value) -> true);
  }

  /** The user headers of {@code OutgoingHeaders}, whose third argument is the stream. */
  HttpHeaders streamHeaders(HttpHeaders system, HttpHeaders user, @Nullable Object stream) {
    if (stream == null) {
      return user;
    }
    Hop hop = hops.get(internals.requestOfStream(stream));
    HttpHeaders headers = hop == null ? null : hop.userHeaders;
    return headers == null ? user : headers;
  }
}
