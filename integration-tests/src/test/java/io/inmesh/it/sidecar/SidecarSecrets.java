package io.inmesh.it.sidecar;

import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a sidecar shows and whom it trusts, in the files that its Envoy reads as SDS and reads again
 * when another takes their place.
 */
record SidecarSecrets(Path folder, boolean showsSomething) {
  private static final String OWN = "own";
  private static final String ROOTS = "roots";

  static SidecarSecrets in(Path folder, Sidecar.Terms terms) throws IOException {
    SidecarSecrets secrets = new SidecarSecrets(folder, terms.shown().isPresent());
    secrets.trust(List.of(terms.root()));
    if (terms.shown().isPresent()) {
      secrets.show(terms.shown().get());
    }
    return secrets;
  }

  /** Shows this from the next handshake on. */
  void show(TestCa.Signed own) throws IOException {
    replace(
        OWN,
        "tls_certificate",
        "\"certificate_chain\": {\"inline_string\": \"%s\"}, \"private_key\": {\"inline_string\": \"%s\"}"
            .formatted(pem(own.chain()), line(Pem.write("PRIVATE KEY", own.key().getEncoded()))));
  }

  /** Trusts these from the next handshake on. */
  void trust(List<X509Certificate> roots) throws IOException {
    replace(
        ROOTS,
        "validation_context",
        "\"trusted_ca\": {\"inline_string\": \"%s\"}".formatted(pem(roots)));
  }

  /** The part of a TLS context that says what is shown. */
  String shown() {
    return showsSomething ? "tls_certificate_sds_secret_configs: [" + reference(OWN) + "]" : "";
  }

  /**
   * The part of a TLS context that says who may be at the other end.
   *
   * @param name StringMatcher of its URI
   */
  String trusted(String name) {
    return ("combined_validation_context: {default_validation_context:"
            + " {match_typed_subject_alt_names: [{san_type: URI, matcher: %s}]},"
            + " validation_context_sds_secret_config: %s}")
        .formatted(name, reference(ROOTS));
  }

  private String reference(String name) {
    return "{name: %1$s, sds_config: {resource_api_version: V3, path_config_source: {path: %2$s}}}"
        .formatted(name, file(name));
  }

  private Path file(String name) {
    return folder.resolve(name + ".json");
  }

  private void replace(String name, String kind, String secret) throws IOException {
    Path next =
        Files.writeString(
            folder.resolve(name + ".next"),
            """
            {"resources": [{
              "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
              "name": "%s", "%s": {%s}}]}
            """
                .formatted(name, kind, secret));
    Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String pem(List<X509Certificate> certificates) throws IOException {
    StringBuilder all = new StringBuilder();
    try {
      for (X509Certificate certificate : certificates) {
        all.append(line(Pem.write("CERTIFICATE", certificate.getEncoded())));
      }
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
    return all.toString();
  }

  /** As a string of JSON. */
  private static String line(String pem) {
    return pem.replace("\n", "\\n");
  }
}
