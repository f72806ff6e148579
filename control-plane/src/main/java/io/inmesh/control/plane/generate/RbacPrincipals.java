package io.inmesh.control.plane.generate;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.inmesh.control.plane.model.AuthorizationPolicy.Condition;
import java.util.ArrayList;
import java.util.List;

/** Conditions on who sends a request, as Envoy's principals. */
final class RbacPrincipals {
  private static final String SPIFFE = "spiffe://";

  private final TrustDomains trustDomains;

  RbacPrincipals(TrustDomains trustDomains) {
    this.trustDomains = trustDomains;
  }

  Principal all(List<Condition> conditions) {
    Principal.Set.Builder out = Principal.Set.newBuilder();
    for (Condition condition : conditions) {
      if (!condition.values().isEmpty()) {
        out.addIds(oneOf(condition, condition.values()));
      }
      if (!condition.notValues().isEmpty()) {
        out.addIds(Principal.newBuilder().setNotId(oneOf(condition, condition.notValues())));
      }
    }
    if (out.getIdsCount() == 0) {
      out.addIds(Principal.newBuilder().setAny(true));
    }
    return Principal.newBuilder().setAndIds(out).build();
  }

  private Principal oneOf(Condition condition, List<String> values) {
    return switch (condition.attribute()) {
      case REQUEST_PRINCIPAL -> requestPrincipals(values);
      case AUDIENCE -> claim(List.of("aud"), values);
      case PRESENTER -> claim(List.of("azp"), values);
      case CLAIM -> claim(condition.path(), values);
      case PRINCIPAL -> or(condition, trustDomains.expand(values));
      default -> or(condition, values);
    };
  }

  private static Principal or(Condition condition, List<String> values) {
    return anyOf(values.stream().map(value -> principal(condition, value)).toList());
  }

  private static Principal principal(Condition condition, String value) {
    Principal.Builder out = Principal.newBuilder();
    switch (condition.attribute()) {
      case PRINCIPAL -> authenticated(out, Matchers.text(value, SPIFFE));
      case NAMESPACE -> authenticated(out, Matchers.regex(".*/ns/" + wildcards(value) + "/.*"));
      case SERVICE_ACCOUNT -> {
        int slash = value.indexOf('/');
        String namespace = Pattern.quote(value.substring(0, slash));
        String account = Pattern.quote(value.substring(slash + 1));
        authenticated(
            out, Matchers.regex(SPIFFE + ".+/ns/" + namespace + "/(.+/|)sa/" + account + "(/.+)?"));
      }
      case REMOTE_IP -> out.setRemoteIp(Protos.cidr(value));
      case SOURCE_IP -> out.setDirectRemoteIp(Protos.cidr(value));
      case HEADER -> out.setHeader(Matchers.header(condition.path().get(0), value, false));
      default -> throw new IllegalArgumentException(condition + " is not about the caller");
    }
    return out.build();
  }

  /** Stars stand for anything wherever they are. */
  private static String wildcards(String value) {
    return Pattern.quote(value).replace("\\*", ".*");
  }

  private static void authenticated(Principal.Builder out, StringMatcher name) {
    out.setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(name));
  }

  private static Principal requestPrincipals(List<String> values) {
    List<Principal> out = values.stream().map(RbacPrincipals::requestPrincipal).toList();
    return out.size() == 1 ? out.get(0) : anyOf(out);
  }

  /** {@code ISSUER/SUBJECT}, split at the last slash; a star counts at the ends of the whole. */
  private static Principal requestPrincipal(String value) {
    int slash = value.lastIndexOf('/');
    String issuer = slash < 0 ? value : value.substring(0, slash);
    String subject = value.substring(slash + 1);
    if (value.startsWith("*")) {
      return slash < 0
          ? token(Matchers.text("*"), Matchers.text(value))
          : token(Matchers.text(issuer), exact(subject));
    }
    if (value.endsWith("*")) {
      return slash < 0
          ? token(Matchers.text(value), Matchers.text("*"))
          : token(exact(issuer), subject.equals("*") ? Matchers.text("*") : prefix(subject));
    }
    return token(exact(issuer), exact(slash < 0 ? "" : subject));
  }

  private static Principal token(StringMatcher issuer, StringMatcher subject) {
    return Principal.newBuilder()
        .setAndIds(
            Principal.Set.newBuilder()
                .addIds(claimIs("iss", issuer))
                .addIds(claimIs("sub", subject)))
        .build();
  }

  private static StringMatcher exact(String text) {
    return StringMatcher.newBuilder().setExact(text).build();
  }

  private static StringMatcher prefix(String starred) {
    return StringMatcher.newBuilder().setPrefix(starred.substring(0, starred.length() - 1)).build();
  }

  // Deprecated, but what istiod writes.
  @SuppressWarnings("deprecation")
  private static Principal claimIs(String claim, StringMatcher text) {
    return Principal.newBuilder()
        .setMetadata(
            Matchers.metadata(
                JwtFilter.NAME, List.of(JwtFilter.PAYLOAD, claim), Matchers.value(text)))
        .build();
  }

  /** A claim is a text or a list of them. */
  @SuppressWarnings("deprecation")
  private static Principal claim(List<String> path, List<String> values) {
    ValueMatcher text =
        Matchers.anyOf(values.stream().map(v -> Matchers.value(Matchers.text(v))).toList());
    List<String> keys = new ArrayList<>(List.of(JwtFilter.PAYLOAD));
    keys.addAll(path);
    return Principal.newBuilder()
        .setMetadata(
            Matchers.metadata(
                JwtFilter.NAME, keys, Matchers.anyOf(List.of(Matchers.inList(text), text))))
        .build();
  }

  private static Principal anyOf(List<Principal> ids) {
    return Principal.newBuilder().setOrIds(Principal.Set.newBuilder().addAllIds(ids)).build();
  }
}
