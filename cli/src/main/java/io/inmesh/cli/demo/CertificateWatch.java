package io.inmesh.cli.demo;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The certificates that the services have shown so far. Thread-safe. */
final class CertificateWatch {
  private final ShopMesh mesh;
  private final Map<ShopService, Set<BigInteger>> shown = new EnumMap<>(ShopService.class);
  private final Set<String> wrongNames = new LinkedHashSet<>();

  CertificateWatch(ShopMesh mesh) {
    this.mesh = mesh;
  }

  /** Looks at what each service shows now. */
  void look() {
    for (ShopService service : ShopService.values()) {
      ShownCertificate.at(mesh.port(service)).ifPresent(now -> add(service, now));
    }
  }

  private synchronized void add(ShopService service, ShownCertificate now) {
    shown.computeIfAbsent(service, unused -> new LinkedHashSet<>()).add(now.serial());
    if (!now.name().equals(service.spiffeId())) {
      wrongNames.add(service.workload() + " is " + now.name());
    }
  }

  /** How many services have shown as many certificates, one after the other. */
  synchronized int showing(int atLeast) {
    return (int)
        Arrays.stream(ShopService.values())
            .filter(service -> shown.getOrDefault(service, Set.of()).size() >= atLeast)
            .count();
  }

  /** How many times a service has shown another certificate than before. */
  synchronized int renewals() {
    return shown.values().stream().mapToInt(serials -> serials.size() - 1).sum();
  }

  /** Which services showed a name that is not theirs. */
  synchronized Set<String> wrongNames() {
    return Set.copyOf(wrongNames);
  }
}
