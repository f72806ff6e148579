package io.inmesh.control.plane.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.stub.StreamObserver;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The incremental protocol: only what changed, and what is gone by name. */
final class DeltaStream extends ClientStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
  private static final String ALL = "*";

  DeltaStream(
      AdsServer server, StreamObserver<DeltaDiscoveryResponse> client, Consumer<String> log) {
    super(server, client, log);
  }

  @Override
  void handle(ResourceType type, DeltaDiscoveryRequest request) {
    boolean first = !isWatched(type);
    Watch watch = watch(type);
    acknowledge(type, watch, request);
    Set<String> asked = new HashSet<>();
    if (first) {
      watch.knows(request.getInitialResourceVersionsMap());
      watch.wildcard(
          type.isWildcard()
              && (request.getResourceNamesSubscribeCount() == 0
                  || request.getResourceNamesSubscribeList().contains(ALL)));
    }
    for (String name : request.getResourceNamesSubscribeList()) {
      if (name.equals(ALL)) {
        watch.wildcard(type.isWildcard());
      } else {
        watch.names().add(name);
        // a name that is asked for again is sent again, unless the client just told its version
        if (!request.containsInitialResourceVersions(name)) {
          asked.add(name);
        }
      }
    }
    for (String name : request.getResourceNamesUnsubscribeList()) {
      if (name.equals(ALL)) {
        watch.wildcard(false);
      } else {
        watch.names().remove(name);
        if (!watch.isWildcard()) {
          watch.forget(name);
        }
      }
    }
    boolean changed =
        request.getResourceNamesSubscribeCount() + request.getResourceNamesUnsubscribeCount() > 0;
    if (first || changed) {
      Watch.Difference difference = watch.difference(config(), asked);
      // the first answer tells that the client is up to date, even when it is empty
      if (first || !difference.isEmpty()) {
        respond(type, watch, difference);
      }
    }
  }

  private void acknowledge(ResourceType type, Watch watch, DeltaDiscoveryRequest request) {
    String nonce = request.getResponseNonce();
    if (nonce.isEmpty()) {
      return;
    }
    if (request.hasErrorDetail()) {
      nacked(type, watch, request.getErrorDetail().getMessage());
    } else {
      watch.acked(nonce);
    }
  }

  @Override
  List<Resource> update(ResourceType type, Watch watch, Set<String> asked) {
    Watch.Difference difference = watch.difference(config(), asked);
    if (!difference.isEmpty()) {
      respond(type, watch, difference);
    }
    return difference.changed();
  }

  private void respond(ResourceType type, Watch watch, Watch.Difference difference) {
    DeltaDiscoveryResponse.Builder out =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type.url())
            .setSystemVersionInfo(version())
            .setNonce(nextNonce(watch))
            .addAllRemovedResources(difference.removed());
    for (Resource resource : difference.changed()) {
      out.addResources(
          io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
              .setName(resource.name())
              .setVersion(resource.version())
              .setResource(resource.body()));
    }
    send(type, out.build());
  }

  @Override
  String typeUrl(DeltaDiscoveryRequest request) {
    return request.getTypeUrl();
  }

  @Override
  Node node(DeltaDiscoveryRequest request) {
    return request.getNode();
  }

  @Override
  String protocol() {
    return "delta";
  }
}
