package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.Pem;
import io.inmesh.tls.Secret;
import io.inmesh.tls.TrustBundle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Certificates and roots of the secret discovery service. No message says what a key is. */
public final class SecretDecoder implements ResourceDecoder<Secret> {
  private final FieldTable table;

  public SecretDecoder(FieldTable table) {
    this.table = table;
  }

  @Override
  public Decoded<Secret> decode(String name, WireMessage message) {
    if (!message.string("name").equals(name)) {
      throw new IllegalArgumentException(
          "Unexpected SDS secret (expecting " + name + "): " + message.string("name"));
    }
    Containment containment = new Containment(table, message);
    WireMessage validation = message.messageOrEmpty("validation_context");
    for (String names : new String[] {"match_typed_subject_alt_names", "match_subject_alt_names"}) {
      if (validation.has(names)) {
        // They would have to join those of each context that names the secret.
        containment.add("validation_context." + names, "in a secret", "tlspart");
      }
    }
    boolean refused = containment.findings().stream().anyMatch(finding -> finding.refuses());
    return new Decoded<>(refused ? Secret.NONE : secret(message), containment.findings());
  }

  private static Secret secret(WireMessage message) {
    return switch (message.which("type")) {
      case "tls_certificate" -> Secret.of(credentials(message.messageOrEmpty("tls_certificate")));
      case "validation_context" ->
          Secret.of(roots(message.messageOrEmpty("validation_context").message("trusted_ca")));
      default -> throw new IllegalArgumentException("holds neither a certificate nor roots");
    };
  }

  private static Credentials credentials(WireMessage certificate) {
    return Credentials.checked(
        Pem.certificates(text(certificate.messageOrEmpty("certificate_chain"))),
        Pem.privateKey(text(certificate.messageOrEmpty("private_key"))));
  }

  private static TrustBundle roots(@Nullable WireMessage trusted) {
    if (trusted == null) {
      throw new IllegalArgumentException("holds no trusted_ca");
    }
    return TrustBundle.of(Pem.certificates(text(trusted)));
  }

  /** What is written in place; what is elsewhere is refused by the table. */
  private static String text(WireMessage source) {
    return source.has("inline_bytes")
        ? new String(source.bytes("inline_bytes"), StandardCharsets.UTF_8)
        : source.string("inline_string");
  }
}
