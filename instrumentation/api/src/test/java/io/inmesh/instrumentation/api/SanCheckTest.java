package io.inmesh.instrumentation.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.instrumentation.testing.TestCa;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Envoy's match_typed_subject_alt_names. */
class SanCheckTest {
  private static final String SHOP = "spiffe://cluster.local/ns/test/sa/shop";
  private static final TestCa CA = TestCa.stranger();

  private static X509Certificate certificate(String... names) {
    Instant now = Instant.now();
    return CA.sign(now, now.plusSeconds(60), names).chain().get(0);
  }

  private static SanMatcher exact(String type, String name) {
    return new SanMatcher(type, new StringMatcher.Exact(name, false));
  }

  @ParameterizedTest(name = "a certificate for {0} is that of {1}: {2}")
  @CsvSource({
    "shop.example,        shop.example,        true",
    "shop.example,        SHOP.Example,        true",
    "shop.example,        other.example,       false",
    "*.example,           shop.example,        true",
    "*.shop.example,      a.shop.example,      true",
    "*.SHOP.example,      A.shop.EXAMPLE,      true",
    "*.shop.example,      shop.example,        false",
    "*.shop.example,      a.b.shop.example,    false",
    "*.shop.example,      xn--a.shop.example,  true",
    "a*.shop.example,     abc.shop.example,    true",
    "a*.shop.example,     a.shop.example,      true",
    "*c.shop.example,     abc.shop.example,    true",
    "a*c.shop.example,    abc.shop.example,    true",
    "a*a.shop.example,    a.shop.example,      false",
    "a*.shop.example,     b.shop.example,      false",
    "*a*.shop.example,    bab.shop.example,    false",
    "xn--*.shop.example,  xn--a.shop.example,  false",
    "a.*.example,         a.shop.example,      false",
    "*.*.example,         a.shop.example,      false",
    "*,                   shop,                false",
  })
  void dnsNames(String borne, String wanted, boolean fits) {
    assertThat(new DnsPattern(borne).covers(wanted)).isEqualTo(fits);
  }

  @ParameterizedTest(name = "a certificate for {0} fits {1} {2}: {3}")
  @CsvSource(
      nullValues = "any",
      value = {
        "spiffe://td/ns/a/sa/b, URI,        spiffe://td/ns/a/sa/b, true",
        "spiffe://td/ns/a/sa/b, any,        spiffe://td/ns/a/sa/b, true",
        "spiffe://td/ns/a/sa/b, URI,        spiffe://TD/ns/a/sa/b, false",
        "spiffe://td/ns/a/sa/b, DNS,        spiffe://td/ns/a/sa/b, false",
        "*.shop.example,        DNS,        a.shop.example,        true",
        "*.shop.example,        any,        a.shop.example,        true",
        "*.shop.example,        URI,        a.shop.example,        false",
        "10.1.2.3,              IP_ADDRESS, 10.1.2.3,              true",
        "10.1.2.3,              any,        10.1.2.3,              true",
        "10.1.2.3,              DNS,        10.1.2.3,              false",
        "fd00::1,               IP_ADDRESS, fd00::1,               true",
        "fd00::1,               IP_ADDRESS, fd00::2,               false",
      })
  void exactNames(String borne, String type, String wanted, boolean fits) {
    SanCheck check = new SanCheck(List.of(exact(type == null ? "" : type, wanted)));
    assertThat(check.test(certificate(borne))).isEqualTo(fits);
  }

  @Test
  void oneNameThatFitsOneMatcherIsEnough() {
    SanCheck check =
        new SanCheck(List.of(exact("URI", "spiffe://td/ns/a/sa/b"), exact("URI", SHOP)));
    assertThat(check.test(certificate("a.example", SHOP))).isTrue();
    assertThat(check.test(certificate("a.example"))).isFalse();
  }

  @Test
  void otherMatchersTakeTheNameAsItStands() {
    SanCheck prefix =
        new SanCheck(
            List.of(
                new SanMatcher("URI", new StringMatcher.Prefix("spiffe://cluster.local/", false))));
    assertThat(prefix.test(certificate(SHOP))).isTrue();
    assertThat(prefix.test(certificate("spiffe://other/ns/test/sa/shop"))).isFalse();
    SanCheck suffix =
        new SanCheck(List.of(new SanMatcher("DNS", new StringMatcher.Suffix(".b.c", false))));
    assertThat(suffix.test(certificate("a.b.c"))).isTrue();
    assertThat(suffix.test(certificate("*.c"))).as("no star for other matchers").isFalse();
  }

  @Test
  void noMatchersLetTheChainDecide() {
    assertThat(new SanCheck(List.of()).test(certificate("anybody.example"))).isTrue();
    assertThat(new SanCheck(List.of()).test(CA.root())).isTrue();
  }

  @Test
  void aCertificateWithoutNamesIsNobodys() {
    assertThat(new SanCheck(List.of(exact("", "O=stranger"))).test(CA.root())).isFalse();
  }
}
