package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.inmesh.control.plane.model.ExternalAuthorizer;
import java.util.List;
import java.util.TreeMap;

/** The filters that ask an external authorizer, when a CUSTOM policy matches. */
final class ExtAuthz {
  private final ExternalAuthorizer authorizer;
  private final String host;
  private final String cluster;

  /**
   * @param host of the service that the authorizer names
   */
  ExtAuthz(ExternalAuthorizer authorizer, String host) {
    this.authorizer = authorizer;
    this.host = host;
    this.cluster = Names.outbound(authorizer.port(), "", host);
  }

  io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz http() {
    var out =
        io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz.newBuilder()
            .setFailureModeAllow(authorizer.failOpen())
            .setTransportApiVersion(ApiVersion.V3)
            .setFilterEnabledMetadata(whenMatched(RbacFilters.HTTP));
    if (authorizer.statusOnError() > 0) {
      out.setStatusOnError(HttpStatus.newBuilder().setCodeValue(authorizer.statusOnError()));
    }
    ExternalAuthorizer.Body body = authorizer.body();
    if (body != null) {
      out.setWithRequestBody(
          BufferSettings.newBuilder()
              .setMaxRequestBytes(body.maxBytes())
              .setAllowPartialMessage(body.allowPartial())
              .setPackAsBytes(body.packAsBytes()));
    }
    ExternalAuthorizer.Http http = authorizer.http();
    if (http == null) {
      return out.setGrpcService(grpc()).build();
    }
    if (!http.requestHeaders().isEmpty()) {
      out.setAllowedHeaders(names(http.requestHeaders()));
    }
    return out.setHttpService(service(http)).build();
  }

  io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz tcp() {
    return io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz.newBuilder()
        .setStatPrefix(RbacFilters.TCP_STATS)
        .setFailureModeAllow(authorizer.failOpen())
        .setTransportApiVersion(ApiVersion.V3)
        .setGrpcService(grpc())
        .setFilterEnabledMetadata(whenMatched(RbacFilters.TCP))
        .build();
  }

  private GrpcService grpc() {
    return GrpcService.newBuilder()
        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster).setAuthority(host))
        .setTimeout(Protos.duration(authorizer.timeout()))
        .build();
  }

  private HttpService service(ExternalAuthorizer.Http http) {
    HttpService.Builder out =
        HttpService.newBuilder()
            .setPathPrefix(http.pathPrefix())
            .setServerUri(
                HttpUri.newBuilder()
                    .setUri("http://" + host)
                    .setCluster(cluster)
                    .setTimeout(Protos.duration(authorizer.timeout())));
    if (!http.additionalHeaders().isEmpty()) {
      AuthorizationRequest.Builder request = AuthorizationRequest.newBuilder();
      new TreeMap<>(http.additionalHeaders())
          .forEach(
              (name, value) ->
                  request.addHeadersToAdd(HeaderValue.newBuilder().setKey(name).setValue(value)));
      out.setAuthorizationRequest(request);
    }
    AuthorizationResponse.Builder response = AuthorizationResponse.newBuilder();
    if (!http.toUpstreamOnAllow().isEmpty()) {
      response.setAllowedUpstreamHeaders(names(http.toUpstreamOnAllow()));
    }
    if (!http.toDownstreamOnDeny().isEmpty()) {
      response.setAllowedClientHeaders(names(http.toDownstreamOnDeny()));
    }
    if (!http.toDownstreamOnAllow().isEmpty()) {
      response.setAllowedClientHeadersOnSuccess(names(http.toDownstreamOnAllow()));
    }
    if (!response.build().equals(AuthorizationResponse.getDefaultInstance())) {
      out.setAuthorizationResponse(response);
    }
    return out.build();
  }

  private static ListStringMatcher names(List<String> headers) {
    ListStringMatcher.Builder out = ListStringMatcher.newBuilder();
    for (String header : headers) {
      StringMatcher name = Matchers.text(header);
      out.addPatterns(name.toBuilder().setIgnoreCase(true));
    }
    return out.build();
  }

  private static MetadataMatcher whenMatched(String filter) {
    return Matchers.metadata(
        filter,
        List.of("istio_ext_authz_shadow_effective_policy_id"),
        Matchers.value(StringMatcher.newBuilder().setPrefix("istio-ext-authz").build()));
  }
}
