package io.inmesh.agent;

import io.inmesh.control.client.identity.IdentityStatus;
import io.inmesh.tls.Identity;
import io.inmesh.tls.PeerNames;
import io.inmesh.tls.Secret;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /certs}, in the shape of envoy.admin.v3.Certificates; no key is in it. */
final class CertsPage {
  private static final String INLINE = "<inline>";

  private CertsPage() {}

  /**
   * @param delivered by the control plane, under their names
   */
  static Map<String, Object> toMap(
      IdentityStatus status, Map<String, Secret> delivered, Instant now) {
    Map<String, Object> page = new LinkedHashMap<>();
    List<Map<String, Object>> certificates = new ArrayList<>();
    status
        .identity()
        .ifPresent(
            identity -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("ca_cert", details(INLINE, identity.trust().roots(), now));
              one.put("cert_chain", details(INLINE, identity.chain(), now));
              certificates.add(one);
            });
    for (Map.Entry<String, Secret> secret : new TreeMap<>(delivered).entrySet()) {
      Map<String, Object> one = new LinkedHashMap<>();
      String name = secret.getKey();
      secret
          .getValue()
          .roots()
          .ifPresent(roots -> one.put("ca_cert", details(name, roots.roots(), now)));
      secret
          .getValue()
          .credentials()
          .ifPresent(shown -> one.put("cert_chain", details(name, shown.chain(), now)));
      certificates.add(one);
    }
    page.put("certificates", certificates);
    status.identity().map(Identity::id).ifPresent(id -> page.put("spiffe_id", id.toString()));
    status.nextRequest().ifPresent(next -> page.put("next_rotation", next.toString()));
    status.problem().ifPresent(problem -> page.put("problem", problem));
    return page;
  }

  private static List<Map<String, Object>> details(
      String path, List<X509Certificate> chain, Instant now) {
    List<Map<String, Object>> out = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      Instant end = certificate.getNotAfter().toInstant();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("path", path);
      one.put("serial_number", certificate.getSerialNumber().toString(16));
      List<Map<String, Object>> names = new ArrayList<>();
      for (String name : PeerNames.names(certificate)) {
        names.add(Map.of(name.contains("://") ? "uri" : "dns", name));
      }
      one.put("subject_alt_names", names);
      one.put("days_until_expiration", "" + Math.max(0, Duration.between(now, end).toDays()));
      one.put("valid_from", certificate.getNotBefore().toInstant().toString());
      one.put("expiration_time", end.toString());
      out.add(one);
    }
    return out;
  }
}
