package io.inmesh.control.plane.ca;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.inmesh.control.plane.ca.Refusal.Kind;
import io.inmesh.tls.SpiffeId;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bearer tokens are believed: Istio's JWTRule. The subject of a token, {@code
 * system:serviceaccount:NAMESPACE:ACCOUNT}, says whose it is. Thread-safe.
 */
public final class JwtRule {
  private static final Pattern SUBJECT = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

  private final String issuer;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  private JwtRule(String issuer, Set<String> audiences, JWKSource<SecurityContext> keys) {
    this.issuer = issuer;
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audiences,
            new JWTClaimsSet.Builder().issuer(issuer).build(),
            Set.of("sub", "exp", "aud"),
            Set.of()));
  }

  /** Of keys that are known. */
  static JwtRule of(String issuer, Set<String> audiences, JWKSet keys) {
    return new JwtRule(issuer, audiences, new ImmutableJWKSet<>(keys));
  }

  /**
   * Reads Istio's form: {@code {"issuer", "audiences": […], "jwks_uri" or "jwks"}}.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  public static JwtRule parse(String json) {
    try {
      JsonObject rule = JsonParser.parseString(json).getAsJsonObject();
      String issuer = text(rule, "issuer");
      Set<String> audiences = new HashSet<>();
      if (rule.has("audiences")) {
        for (JsonElement audience : rule.getAsJsonArray("audiences")) {
          audiences.add(audience.getAsString());
        }
      }
      if (audiences.isEmpty()) {
        throw new IllegalArgumentException(
            "--jwt-rule: audiences is missing; without it tokens for anybody would be believed");
      }
      if (rule.has("jwks")) {
        return of(issuer, audiences, JWKSet.parse(text(rule, "jwks")));
      }
      return new JwtRule(
          issuer,
          audiences,
          JWKSourceBuilder.create(URI.create(text(rule, "jwks_uri")).toURL()).build());
    } catch (IllegalStateException
        | com.google.gson.JsonParseException
        | ParseException
        | MalformedURLException e) {
      throw new IllegalArgumentException("--jwt-rule: " + e.getMessage(), e);
    }
  }

  private static String text(JsonObject rule, String key) {
    JsonElement value = rule.get(key);
    if (value == null || !value.isJsonPrimitive() || value.getAsString().isEmpty()) {
      throw new IllegalArgumentException("--jwt-rule: " + key + " is missing");
    }
    return value.getAsString();
  }

  /** Whose token it is. */
  SpiffeId caller(String token, String trustDomain) throws Refusal {
    try {
      String subject = processor.process(token, null).getSubject();
      Matcher parts = SUBJECT.matcher(subject);
      if (!parts.matches()) {
        throw new Refusal(
            Kind.UNAUTHENTICATED,
            "the token's subject " + subject + " is no system:serviceaccount:NAMESPACE:ACCOUNT");
      }
      return SpiffeId.of(trustDomain, parts.group(1), parts.group(2));
    } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
      throw new Refusal(
          Kind.UNAUTHENTICATED, "the token is not one of " + issuer + ": " + e.getMessage());
    }
  }
}
