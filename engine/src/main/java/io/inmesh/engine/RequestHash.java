package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.net.XxHash64;
import io.inmesh.engine.route.HashPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hash of a request by the hash policies of its route, as Envoy's {@code HashPolicyImpl}. */
final class RequestHash {
  private final RequestHead head;
  private final String ownIp;
  private final List<String> cookies = new ArrayList<>(0);

  /**
   * @param ownIp the address of this workload, which is the caller
   */
  RequestHash(RequestHead head, String ownIp) {
    this.head = head;
    this.ownIp = ownIp;
  }

  /** The hash, or null where no policy finds anything to hash. */
  @Nullable Long of(List<HashPolicy> policies) {
    Long hash = null;
    for (HashPolicy policy : policies) {
      Long own = of(policy);
      if (own != null) {
        hash = hash == null ? own : (Long) (Long.rotateLeft(hash, 1) ^ own);
      }
      if (policy.terminal() && hash != null) {
        break;
      }
    }
    return hash;
  }

  /** {@code Set-Cookie} headers for the cookies that had to be made; for the response. */
  List<String> cookies() {
    return cookies;
  }

  private @Nullable Long of(HashPolicy policy) {
    if (policy instanceof HashPolicy.Header header) {
      return ofHeader(header);
    }
    if (policy instanceof HashPolicy.Cookie cookie) {
      return ofCookie(cookie);
    }
    if (policy instanceof HashPolicy.QueryParameter parameter) {
      String value = parameter(parameter.name());
      return value == null ? null : (Long) XxHash64.of(value);
    }
    return ownIp.isEmpty() ? null : (Long) XxHash64.of(ownIp);
  }

  private @Nullable Long ofHeader(HashPolicy.Header policy) {
    String joined = HeaderMatcher.valueOf(head, policy.name());
    if (joined == null) {
      return null;
    }
    List<String> lines = joined.indexOf(',') < 0 ? null : head.lines(policy.name());
    List<String> values = new ArrayList<>(lines == null ? List.of(joined) : lines);
    CompiledRegex regex = policy.regex();
    if (regex != null) {
      values.replaceAll(value -> regex.replaceAll(value, policy.substitution()));
    }
    Collections.sort(values);
    long hash = 0;
    for (String value : values) {
      hash = XxHash64.of(value, hash);
    }
    return hash;
  }

  private @Nullable Long ofCookie(HashPolicy.Cookie policy) {
    String value = cookie(head.header("cookie"), policy.name());
    if (value != null && !value.isEmpty()) {
      return XxHash64.of(value);
    }
    if (policy.ttl() == null) {
      return null;
    }
    String made = String.format("%016x", XxHash64.of(ownIp + ":0" + head.authority()));
    StringBuilder header = new StringBuilder(policy.name()).append("=\"").append(made).append('"');
    if (!policy.ttl().isZero()) {
      header.append("; Max-Age=").append(policy.ttl().toSeconds());
    }
    if (!policy.path().isEmpty()) {
      header.append("; Path=").append(policy.path());
    }
    cookies.add(header.append("; HttpOnly").toString());
    return XxHash64.of(made);
  }

  static @Nullable String cookie(@Nullable String header, String name) {
    if (header == null) {
      return null;
    }
    for (String pair : header.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        String value = pair.substring(equals + 1).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
      }
    }
    return null;
  }

  private @Nullable String parameter(String name) {
    String query = head.query();
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        return equals < 0 ? "" : pair.substring(equals + 1);
      }
    }
    return null;
  }
}
