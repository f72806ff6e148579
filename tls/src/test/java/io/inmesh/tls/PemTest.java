package io.inmesh.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemTest {
  private static KeyPair pair(String algorithm) throws Exception {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(algorithm.equals("RSA") ? "RSA" : "EC");
    if (algorithm.equals("RSA")) {
      generator.initialize(2048);
    } else {
      generator.initialize(new ECGenParameterSpec(algorithm));
    }
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @CsvSource({"RSA", "secp256r1", "secp384r1"})
  void keysAreReadInTheFormsOldAndNew(String algorithm) throws Exception {
    KeyPair pair = pair(algorithm);
    StringWriter old = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(old)) {
      writer.writeObject(pair.getPrivate());
    }
    assertThat(old.toString())
        .contains(algorithm.equals("RSA") ? "RSA PRIVATE KEY" : "EC PRIVATE KEY");
    assertThat(Pem.privateKey(old.toString())).isEqualTo(pair.getPrivate());
    String plain = Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded());
    assertThat(Pem.privateKey("before\n" + plain)).isEqualTo(pair.getPrivate());
  }

  @Test
  void aKeyThatCannotBeReadIsRefusedWithTheReason() {
    assertThatThrownBy(() -> Pem.privateKey("nothing")).hasMessageContaining("no private key");
    assertThatThrownBy(
            () ->
                Pem.privateKey(
                    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n"
                        + "-----END ENCRYPTED PRIVATE KEY-----"))
        .hasMessageContaining("encrypted");
    assertThatThrownBy(
            () -> Pem.privateKey("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"))
        .hasMessageContaining("neither of RSA nor");
  }

  @Test
  void aBrokenCertificateIsNamedByItsPlace() {
    assertThat(Pem.certificates("nothing")).isEmpty();
    assertThatThrownBy(
            () -> Pem.certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))
        .hasMessageContaining("certificate 1 is broken");
  }
}
