package io.inmesh.control.plane.config;

import com.nimbusds.jose.jwk.JWKSet;
import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.RequestAuthentication;
import io.inmesh.control.plane.model.RequestAuthentication.ClaimToHeader;
import io.inmesh.control.plane.model.RequestAuthentication.Header;
import io.inmesh.control.plane.model.RequestAuthentication.JwksUri;
import io.inmesh.control.plane.model.RequestAuthentication.JwtRule;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads RequestAuthentication; checks what istiod's validation checks. */
final class RequestAuthenticationReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private RequestAuthenticationReader() {}

  static @Nullable RequestAuthentication read(Meta meta, Fields spec) {
    Map<String, String> selector = Selectors.read(spec);
    boolean forGateways = Selectors.forGateways(spec);
    List<JwtRule> rules = spec.list("jwtRules", RequestAuthenticationReader::rule);
    return forGateways ? null : new RequestAuthentication(meta, selector, rules);
  }

  private static JwtRule rule(Fields fields) {
    String jwks = keys(fields);
    JwksUri uri = uri(fields);
    if (jwks.isEmpty() && uri == null) {
      fields.error(
          "jwks", "one of jwks and jwksUri is required; keys are not discovered from the issuer");
    }
    Duration timeout = fields.duration("timeout");
    return new JwtRule(
        fields.string("issuer"),
        texts(fields, "audiences"),
        jwks,
        jwks.isEmpty() ? uri : null,
        timeout == null ? TIMEOUT : timeout,
        fields.list("fromHeaders", h -> new Header(h.requiredString("name"), h.string("prefix"))),
        texts(fields, "fromParams"),
        texts(fields, "fromCookies"),
        fields.bool("forwardOriginalToken", false),
        fields.string("outputPayloadToHeader"),
        fields.list(
            "outputClaimToHeaders",
            c -> new ClaimToHeader(c.requiredString("header"), c.requiredString("claim"))),
        texts(fields, "spaceDelimitedClaims"));
  }

  private static String keys(Fields fields) {
    String text = fields.string("jwks");
    try {
      if (!text.isEmpty()) {
        JWKSet.parse(text);
      }
    } catch (ParseException e) {
      fields.error("jwks", "is no JSON Web Key Set: " + e.getMessage());
    }
    return text;
  }

  private static @Nullable JwksUri uri(Fields fields) {
    String text = fields.string("jwksUri");
    if (text.isEmpty()) {
      return null;
    }
    try {
      URI uri = URI.create(text);
      boolean https = "https".equals(uri.getScheme());
      if (uri.getHost() != null && (https || "http".equals(uri.getScheme()))) {
        int port = uri.getPort() > 0 ? uri.getPort() : https ? 443 : 80;
        return new JwksUri(text, uri.getHost(), port);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    fields.error("jwksUri", "\"" + text + "\" is no http or https URI");
    return null;
  }

  private static List<String> texts(Fields fields, String name) {
    List<String> values = fields.strings(name);
    if (values.contains("")) {
      fields.error(name, "must not have empty texts");
    }
    return values;
  }
}
