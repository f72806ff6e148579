package io.inmesh.control.plane.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Istio's RequestAuthentication: which tokens are believed, by issuer. */
public record RequestAuthentication(Meta meta, Map<String, String> selector, List<JwtRule> rules)
    implements Resource {

  public RequestAuthentication {
    selector = Map.copyOf(selector);
    rules = List.copyOf(rules);
  }

  /**
   * One issuer.
   *
   * @param jwks the keys themselves; empty when they are fetched from {@code jwksUri}
   */
  public record JwtRule(
      String issuer,
      List<String> audiences,
      String jwks,
      @Nullable JwksUri jwksUri,
      Duration timeout,
      List<Header> fromHeaders,
      List<String> fromParams,
      List<String> fromCookies,
      boolean forwardOriginalToken,
      String outputPayloadToHeader,
      List<ClaimToHeader> outputClaimToHeaders,
      List<String> spaceDelimitedClaims) {}

  /** Where keys are fetched. */
  public record JwksUri(String uri, String host, int port) {}

  /** A header that carries a token, behind a prefix. */
  public record Header(String name, String prefix) {}

  /** A claim that is handed to the application in a header. */
  public record ClaimToHeader(String header, String claim) {}
}
