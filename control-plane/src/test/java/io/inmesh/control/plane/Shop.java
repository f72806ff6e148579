package io.inmesh.control.plane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small mesh on one address, written into a folder by the tests. */
final class Shop {
  static final String CATALOG = "catalog.shop.svc.cluster.local";

  private Shop() {}

  static void write(Path folder) {
    write(
        folder.resolve("services.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: catalog, namespace: shop}
        spec:
          hosts: [catalog.shop.svc.cluster.local]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: 8080, name: http, protocol: HTTP}]
          workloadSelector: {labels: {app: catalog}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: catalog-v1, namespace: shop}
        spec: {address: 127.0.0.1, ports: {http: 18081}, labels: {app: catalog, version: v1}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: catalog-v2, namespace: shop}
        spec: {address: 127.0.0.1, ports: {http: 18082}, labels: {app: catalog, version: v2}}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: catalog, namespace: shop}
        spec:
          host: catalog
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
        """);
    split(folder, 90);
  }

  /** Writes the route that gives v1 a share of the traffic. */
  static void split(Path folder, int share) {
    write(folder.resolve("routes.yaml"), splitYaml(share));
  }

  static String splitYaml(int share) {
    return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: catalog, namespace: shop}
        spec:
          hosts: [catalog]
          http:
          - route:
            - {destination: {host: catalog, subset: v1}, weight: %d}
            - {destination: {host: catalog, subset: v2}, weight: %d}
        """
        .formatted(share, 100 - share);
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
