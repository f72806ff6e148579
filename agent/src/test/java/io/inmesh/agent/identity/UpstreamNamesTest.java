package io.inmesh.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.cluster.TransportSocket.AutoNames;
import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.TlsParameters;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent to whom, and whom that makes of the peer. */
class UpstreamNamesTest {
  private final Certificates certificates = new Certificates();

  @ParameterizedTest
  @CsvSource({
    // auto_sni, auto_host_sni, host, called, sent
    "false, false, pod.example, shop.example, configured.example",
    "false, true,  pod.example, shop.example, pod.example",
    "false, true,  '',          shop.example, configured.example",
    "false, true,  10.0.0.9,    shop.example, configured.example",
    "false, true,  fd00::9,     shop.example, configured.example",
    "true,  false, pod.example, shop.example, shop.example",
    "true,  false, pod.example, 10.0.0.8,     configured.example",
    "true,  true,  pod.example, shop.example, shop.example",
    "true,  true,  pod.example, 10.0.0.8,     pod.example",
    "true,  true,  pod.example, [fd00::8],    pod.example",
  })
  void theServerName(
      boolean autoSni, boolean autoHostSni, String host, String called, String sent) {
    AutoNames names = new AutoNames(autoSni, false, autoHostSni, false);
    assertThat(UpstreamNames.of(tls("configured.example", names), host, called).sent())
        .isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    // auto_san_validation, auto_sni_san_validation, sni, of the certificate, taken
    "false, false, sent.example, san.example,            true",
    "false, false, sent.example, sent.example,           false",
    "false, true,  sent.example, sent.example,           true",
    "false, true,  sent.example, *.example,              true",
    "false, true,  sent.example, san.example,            false",
    "false, true,  '',           san.example,            true",
    "false, true,  '',           sent.example,           false",
    "true,  false, sent.example, called.example,         false",
    "true,  false, sent.example, san.example,            false",
    "true,  false, sent.example, san.example called.example,  true",
    "true,  true,  sent.example, san.example called.example,  true",
    "true,  true,  sent.example, sent.example called.example, false",
  })
  void whoseCertificateIsTaken(
      boolean autoSan, boolean autoSniSan, String sni, String certificate, boolean taken) {
    AutoNames names = new AutoNames(false, autoSan, false, autoSniSan);
    UpstreamNames peer = UpstreamNames.of(tls(sni, names), "", "called.example");
    assertThat(peer.test(certificates.credentials(certificate.split(" ")).certificate()))
        .isEqualTo(taken);
  }

  private static TransportSocket.Tls tls(String sni, AutoNames names) {
    return new TransportSocket.Tls(
        false,
        sni,
        names,
        List.of(),
        List.of(new SanMatcher("DNS", new StringMatcher.Exact("san.example", false))),
        "",
        "file-root:system",
        TlsParameters.DEFAULT);
  }
}
