package io.inmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  @Test
  void aCertificateIsShownWithItsRenewalAndItsRoots() {
    String page =
        """
        {"certificates": [{"ca_cert": [{"serial_number": "ca", "expiration_time": "2030-01-01T00:00:00Z"}],
          "cert_chain": [{"serial_number": "7f", "valid_from": "2026-01-01T23:58:00Z",
            "expiration_time": "2026-01-03T00:00:00Z"}]}],
         "spiffe_id": "spiffe://cluster.local/ns/shop/sa/cart", "next_rotation": "2026-01-02T12:00:00Z"}
        """;
    assertThat(Certificates.parse(page).text(NOW))
        .isEqualTo(
            """
            spiffe://cluster.local/ns/shop/sa/cart
              valid     2026-01-01T23:58:00Z to 2026-01-03T00:00:00Z (in 24 h)
              serial    7f
              renewal   2026-01-02T12:00:00Z (in 12 h)
              trusts    root ca to 2030-01-01T00:00:00Z
            """);
  }

  @Test
  void withoutOneTheReasonIsShown() {
    String page =
        """
        {"certificates": [], "next_rotation": "2026-01-02T00:00:05Z", "problem": "no answer"}
        """;
    assertThat(Certificates.parse(page).text(NOW))
        .isEqualTo(
            """
            no certificate
              next try  2026-01-02T00:00:05Z (in 5 s)
              problem   no answer
            """);
  }

  @Test
  void anotherPageIsRefused() {
    assertThatThrownBy(() -> Certificates.parse("[]")).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Certificates.parse("x")).isInstanceOf(Failure.class);
  }
}
