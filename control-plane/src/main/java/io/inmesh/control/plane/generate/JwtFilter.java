package io.inmesh.control.plane.generate;

import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.inmesh.control.plane.model.RequestAuthentication;
import io.inmesh.control.plane.model.RequestAuthentication.JwksUri;
import io.inmesh.control.plane.model.RequestAuthentication.JwtRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** RequestAuthentications as Envoy's JWT filter: no token is let through, a bad one is refused. */
final class JwtFilter {
  static final String NAME = "envoy.filters.http.jwt_authn";

  /** Where the filter leaves the claims for those behind it. */
  static final String PAYLOAD = "payload";

  private static final int CACHE_SECONDS = 300;

  private JwtFilter() {}

  /** None or one filter. */
  static List<HttpFilter> of(List<RequestAuthentication> policies) {
    List<JwtRule> rules =
        policies.stream()
            .flatMap(policy -> policy.rules().stream())
            .sorted(Comparator.comparing(JwtRule::issuer))
            .toList();
    if (rules.isEmpty()) {
      return List.of();
    }
    JwtAuthentication.Builder out = JwtAuthentication.newBuilder().setBypassCorsPreflight(true);
    List<JwtRequirement> providers = new ArrayList<>();
    List<JwtRequirement> eachOrMissing = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      String name = "origins-" + i;
      out.putProviders(name, provider(rules.get(i)));
      JwtRequirement provider = JwtRequirement.newBuilder().setProviderName(name).build();
      providers.add(provider);
      eachOrMissing.add(
          any(
              List.of(
                  provider,
                  JwtRequirement.newBuilder()
                      .setAllowMissing(Empty.getDefaultInstance())
                      .build())));
    }
    out.addRules(
        RequirementRule.newBuilder()
            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
            .setRequires(requirement(providers, eachOrMissing)));
    return List.of(Filters.http(NAME, Protos.any(out.build())));
  }

  /** One of the issuers may share its place for tokens with others, so a token of one suffices. */
  private static JwtRequirement requirement(
      List<JwtRequirement> providers, List<JwtRequirement> eachOrMissing) {
    if (providers.size() == 1) {
      return eachOrMissing.get(0);
    }
    List<JwtRequirement> out = new ArrayList<>(providers);
    out.add(
        JwtRequirement.newBuilder()
            .setRequiresAll(JwtRequirementAndList.newBuilder().addAllRequirements(eachOrMissing))
            .build());
    return any(out);
  }

  private static JwtRequirement any(List<JwtRequirement> requirements) {
    return JwtRequirement.newBuilder()
        .setRequiresAny(JwtRequirementOrList.newBuilder().addAllRequirements(requirements))
        .build();
  }

  private static JwtProvider provider(JwtRule rule) {
    TreeSet<String> spaced = new TreeSet<>(List.of("permission", "scope"));
    spaced.addAll(rule.spaceDelimitedClaims());
    JwtProvider.Builder out =
        JwtProvider.newBuilder()
            .setIssuer(rule.issuer())
            .addAllAudiences(rule.audiences())
            .setForward(rule.forwardOriginalToken())
            .setForwardPayloadHeader(rule.outputPayloadToHeader())
            .setPayloadInMetadata(PAYLOAD)
            .setNormalizePayloadInMetadata(
                JwtProvider.NormalizePayload.newBuilder().addAllSpaceDelimitedClaims(spaced))
            .addAllFromParams(rule.fromParams())
            .addAllFromCookies(rule.fromCookies());
    rule.fromHeaders()
        .forEach(
            header ->
                out.addFromHeaders(
                    JwtHeader.newBuilder().setName(header.name()).setValuePrefix(header.prefix())));
    rule.outputClaimToHeaders()
        .forEach(
            claim ->
                out.addClaimToHeaders(
                    JwtClaimToHeader.newBuilder()
                        .setHeaderName(claim.header())
                        .setClaimName(claim.claim())));
    JwksUri uri = rule.jwksUri();
    if (uri == null) {
      out.setLocalJwks(DataSource.newBuilder().setInlineString(rule.jwks()));
    } else {
      out.setRemoteJwks(remote(rule, uri));
    }
    return out.build();
  }

  /** The workload fetches the keys itself, as istiod has it with PILOT_JWT_ENABLE_REMOTE_JWKS. */
  private static RemoteJwks remote(JwtRule rule, JwksUri uri) {
    return RemoteJwks.newBuilder()
        .setHttpUri(
            HttpUri.newBuilder()
                .setUri(uri.uri())
                .setCluster(Names.outbound(uri.port(), "", uri.host()))
                .setTimeout(Protos.duration(rule.timeout())))
        .setCacheDuration(Protos.seconds(CACHE_SECONDS))
        .build();
  }
}
