package io.inmesh.control.client;

import io.inmesh.control.client.wire.ProtoJson;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Pem;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * The workload's own certificate and its roots as entries of envoy.admin.v3.SecretsConfigDump; the
 * key is not in them. Their version is the serial number of the first certificate.
 */
final class OwnSecrets {
  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  private final StringBuilder out;

  private OwnSecrets(StringBuilder out) {
    this.out = out;
  }

  /** Appends both, with a comma between. */
  static void write(StringBuilder out, Identity identity) {
    OwnSecrets secrets = new OwnSecrets(out);
    secrets.begin(SecretNames.OWN, identity.certificate());
    out.append("\"tlsCertificate\":{\"certificateChain\":");
    secrets.inline(identity.chain());
    out.append(",\"privateKey\":").append(ProtoJson.REDACTED_SOURCE).append("}}},");
    secrets.begin(SecretNames.ROOTS, identity.trust().roots().get(0));
    out.append("\"validationContext\":{\"trustedCa\":");
    secrets.inline(identity.trust().roots());
    out.append("}}}");
  }

  private void begin(String name, X509Certificate first) {
    out.append("{\"name\":");
    ProtoJson.quote(out, name);
    out.append(",\"versionInfo\":");
    ProtoJson.quote(out, first.getSerialNumber().toString(16));
    out.append(",\"secret\":{\"@type\":");
    ProtoJson.quote(out, TYPE);
    out.append(",\"name\":");
    ProtoJson.quote(out, name);
    out.append(',');
  }

  private void inline(List<X509Certificate> certificates) {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        pem.append(Pem.write("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate in use has no encoding", e);
      }
    }
    byte[] bytes = pem.toString().getBytes(StandardCharsets.US_ASCII);
    out.append("{\"inlineBytes\":");
    ProtoJson.quote(out, Base64.getEncoder().encodeToString(bytes));
    out.append('}');
  }
}
