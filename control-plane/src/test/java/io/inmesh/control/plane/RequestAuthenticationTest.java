package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RequestAuthentication as Envoy's JWT filter. */
class RequestAuthenticationTest {
  @TempDir Path folder = Path.of("");

  private void policy(String name, String spec) {
    Shop.write(
        folder.resolve(name + ".yaml"),
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: %s, namespace: shop}
        spec: %s
        """
            .formatted(name, spec));
  }

  private List<JwtAuthentication> filters() throws Exception {
    FilterChain chain =
        Generated.inbound(Generated.config(folder, Generated.node("127.0.0.1", "cart", Map.of())))
            .getFilterChains(1);
    List<JwtAuthentication> out = new ArrayList<>();
    for (var config : Generated.httpFilters(chain, "envoy.filters.http.jwt_authn")) {
      out.add(config.unpack(JwtAuthentication.class));
    }
    return out;
  }

  @Test
  void issuersOfAllPoliciesAreSortedAndAnyOfTheirTokensWillDo() throws Exception {
    policy("a", "{jwtRules: [{issuer: c, jwks: '{\"keys\":[]}'}]}");
    policy("b", "{jwtRules: [{issuer: b, jwks: '{\"keys\":[]}'}]}");
    JwtAuthentication filter = filters().get(0);
    assertThat(filter.getProvidersOrThrow("origins-0").getIssuer()).isEqualTo("b");
    assertThat(filter.getProvidersOrThrow("origins-1").getIssuer()).isEqualTo("c");
    assertThat(JsonParser.parseString(Generated.json(filter.getRules(0).getRequires())))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"requiresAny":{"requirements":[{"providerName":"origins-0"},{"providerName":"origins-1"},
                 {"requiresAll":{"requirements":[
                  {"requiresAny":{"requirements":[{"providerName":"origins-0"},{"allowMissing":{}}]}},
                  {"requiresAny":{"requirements":[{"providerName":"origins-1"},{"allowMissing":{}}]}}]}}]}}
                """));
  }

  @Test
  void keysBehindAUriAreFetchedThroughTheMesh() throws Exception {
    policy(
        "a",
        "{jwtRules: [{issuer: a, jwksUri: 'https://keys.example/k', timeout: 2s,"
            + " spaceDelimitedClaims: [roles]}]}");
    JwtProvider provider = filters().get(0).getProvidersOrThrow("origins-0");
    assertThat(provider.getRemoteJwks().getHttpUri().getUri()).isEqualTo("https://keys.example/k");
    assertThat(provider.getRemoteJwks().getHttpUri().getCluster())
        .isEqualTo("outbound|443||keys.example");
    assertThat(provider.getRemoteJwks().getHttpUri().getTimeout().getSeconds()).isEqualTo(2);
    assertThat(provider.getNormalizePayloadInMetadata().getSpaceDelimitedClaimsList())
        .containsExactly("permission", "roles", "scope");
  }

  @Test
  void withoutRulesOrForGatewaysThereIsNoFilter() throws Exception {
    policy("a", "{}");
    policy(
        "b",
        "{targetRef: {kind: Gateway, name: edge}, jwtRules: [{issuer: b, jwks: '{\"keys\":[]}'}]}");
    assertThat(filters()).isEmpty();
  }
}
