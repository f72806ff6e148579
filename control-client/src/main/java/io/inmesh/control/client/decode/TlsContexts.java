package io.inmesh.control.client.decode;

import io.inmesh.control.client.SecretNames;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.match.UnsupportedFeatureException;
import io.inmesh.engine.net.TlsParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the TLS contexts of both directions have in common. */
final class TlsContexts {
  private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  // The JDK's names of what Envoy calls by OpenSSL's.
  private static final Map<String, String> CIPHERS =
      Map.ofEntries(
          Map.entry("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
          Map.entry("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
          Map.entry("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
          Map.entry("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
          Map.entry(
              "ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
          Map.entry("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
          Map.entry("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
          Map.entry("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
          Map.entry("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
          Map.entry("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
          Map.entry("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
          Map.entry("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
          Map.entry("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
          Map.entry("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"));

  private final WireMessage common;
  private final WireMessage validation;
  private final Interner interner;
  private final String certificate;
  private final String roots;

  /**
   * @param context an UpstreamTlsContext or a DownstreamTlsContext
   * @throws UnsupportedFeatureException for roots that are written in place
   */
  TlsContexts(WireMessage context, Interner interner) {
    this.interner = interner;
    common = context.messageOrEmpty("common_tls_context");
    String named = "";
    for (WireMessage secret : common.messages("tls_certificate_sds_secret_configs")) {
      named = secret.string("name");
    }
    certificate = interner.of(named);
    WireMessage combined = common.messageOrEmpty("combined_validation_context");
    WireMessage secret =
        common.has("validation_context_sds_secret_config")
            ? common.messageOrEmpty("validation_context_sds_secret_config")
            : combined.messageOrEmpty("validation_context_sds_secret_config");
    validation =
        common.has("validation_context")
            ? common.messageOrEmpty("validation_context")
            : combined.messageOrEmpty("default_validation_context");
    if (validation.has("trusted_ca")) {
      // To pass over it would be to trust anybody.
      throw new UnsupportedFeatureException("trusted_ca that is not a secret");
    }
    String system = validation.has("system_root_certs") ? "file-root:system" : "";
    roots = interner.of(secret.string("name").isEmpty() ? system : secret.string("name"));
  }

  /** Whether own certificate and roots are the workload's identity. */
  boolean ofMesh() {
    return certificate.equals(SecretNames.OWN) && roots.equals(SecretNames.ROOTS);
  }

  String certificateSecret() {
    return certificate;
  }

  String validationSecret() {
    return roots;
  }

  List<String> alpn() {
    List<String> alpn = new ArrayList<>();
    for (String protocol : common.strings("alpn_protocols")) {
      alpn.add(interner.of(protocol));
    }
    return alpn;
  }

  List<SanMatcher> subjectAltNames() {
    List<SanMatcher> out = new ArrayList<>();
    for (WireMessage san : validation.messages("match_typed_subject_alt_names")) {
      out.add(
          new SanMatcher(san.enumName("san_type"), Matchers.string(san.messageOrEmpty("matcher"))));
    }
    for (WireMessage san : validation.messages("match_subject_alt_names")) {
      out.add(new SanMatcher("", Matchers.string(san)));
    }
    return out;
  }

  TlsParameters parameters() {
    WireMessage given = common.message("tls_params");
    if (given == null) {
      return TlsParameters.DEFAULT;
    }
    // Of the versions that Envoy knows, those below 1.2 are spoken by nobody in a mesh.
    int lowest = given.enumName("tls_minimum_protocol_version").equals("TLSv1_3") ? 1 : 0;
    int highest =
        switch (given.enumName("tls_maximum_protocol_version")) {
          case "TLSv1_0", "TLSv1_1" -> -1;
          case "TLSv1_2" -> 0;
          default -> 1;
        };
    List<String> versions = new ArrayList<>();
    for (int i = highest; i >= lowest; i--) {
      versions.add(VERSIONS.get(i));
    }
    if (versions.isEmpty()) {
      throw new UnsupportedFeatureException("tls_params leaves no version from TLS 1.2 on");
    }
    List<String> ciphers = new ArrayList<>();
    for (String cipher : given.strings("cipher_suites")) {
      String known = CIPHERS.get(cipher);
      if (known == null) {
        throw new UnsupportedFeatureException("tls_params.cipher_suites " + cipher);
      }
      ciphers.add(known);
    }
    return new TlsParameters(versions, ciphers);
  }
}
