package io.inmesh.control.client.identity;

import io.inmesh.control.client.transport.GrpcStream;
import io.inmesh.control.client.transport.StreamEnd;
import io.inmesh.control.client.wire.WireWriter;
import io.inmesh.tls.CertificateRequest;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Pem;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * One request of {@code istio.v1.auth.IstioCertificateService/CreateCertificate}, from the open
 * connection to the checked answer. Used on the event thread only.
 */
final class SigningCall implements GrpcStream.Listener {
  static final String METHOD = "/istio.v1.auth.IstioCertificateService/CreateCertificate";

  private static final int CSR = 1;
  private static final int VALIDITY_SECONDS = 3;
  private static final int CERT_CHAIN = 1;

  private final IdentitySettings settings;
  private final CertificateRequest request;
  private final Collection<X509Certificate> roots;
  private final Consumer<SigningCall> done;
  private List<X509Certificate> returned = List.of();
  private String problem = "";
  private Runnable onOpen = () -> {};

  /**
   * @param roots trusted besides
   * @param done hears of the end, once
   */
  SigningCall(
      IdentitySettings settings,
      CertificateRequest request,
      Collection<X509Certificate> roots,
      Consumer<SigningCall> done) {
    this.settings = settings;
    this.request = request;
    this.roots = roots;
    this.done = done;
  }

  /** The request is sent over this stream once it stands. */
  void over(GrpcStream stream) {
    onOpen =
        () -> {
          stream.send(
              new WireWriter()
                  .string(CSR, request.pem())
                  .number(VALIDITY_SECONDS, settings.life().toSeconds())
                  .toBytes());
          stream.finish();
        };
  }

  @Override
  public void onOpen() {
    onOpen.run();
  }

  @Override
  public void onMessage(byte[] message) {
    try {
      returned = Pem.certificates(String.join("\n", texts(message)));
    } catch (IllegalArgumentException e) {
      problem = String.valueOf(e.getMessage());
    }
  }

  @Override
  public void onEnd(StreamEnd end) {
    if (problem.isEmpty() && returned.isEmpty()) {
      problem = end.graceful() ? "no certificate came" : end.reason();
    }
    done.accept(this);
  }

  /**
   * The identity that was issued.
   *
   * @throws IllegalArgumentException saying why there is none that can be used
   */
  Identity identity(Instant now) {
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem);
    }
    X509Certificate own = returned.get(0);
    if (!request.isFor(own)) {
      throw new IllegalArgumentException("the certificate is not for the key that asked");
    }
    Validity.check(own, now);
    return Identity.of(returned, request.key(), roots);
  }

  /** When the certificate that came begins to be valid; the past where none came. */
  Instant validFrom() {
    return returned.isEmpty() ? Instant.MIN : returned.get(0).getNotBefore().toInstant();
  }

  /** The texts of the one repeated field of the answer. */
  private static List<String> texts(byte[] message) {
    List<String> texts = new ArrayList<>();
    for (byte[] text : ByteFields.parse(message).all(CERT_CHAIN)) {
      texts.add(new String(text, StandardCharsets.UTF_8));
    }
    return texts;
  }
}
