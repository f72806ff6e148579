package io.inmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedTest {
  private static final String LINE =
      "served name=catalog version=v2 method=GET path=/items?q=a=b host=catalog:8080 x-call=split"
          + " x-user=- x-forwarded-client-cert=By=spiffe://cluster.local/ns/shop/sa/catalog;Hash=1f;"
          + "Subject=\"\";URI=spiffe://cluster.local/ns/shop/sa/shop status=200 ms=3";

  @Test
  void readsALineOfALog() {
    assertThat(Served.parse(LINE, 5))
        .contains(
            new Served(
                5,
                "catalog",
                "v2",
                "/items?q=a=b",
                "catalog:8080",
                "split",
                "-",
                new Caller("spiffe://cluster.local/ns/shop/sa/shop", "1f"),
                200,
                3));
  }

  @Test
  void namesTheCallerByItsServiceAccount() {
    assertThat(Served.parse(LINE, 5)).map(Served::callerAndService).contains("shop > catalog");
  }

  @ParameterizedTest
  @CsvSource({
    "-, '', ''",
    "By=a;Hash=b, '', b",
    "By=a;Hash=b;URI=spiffe://far/ns/a/sa/b;DNS=c, spiffe://far/ns/a/sa/b, b",
    "'By=a;Hash=b;URI=spiffe://first,By=c;Hash=d;URI=spiffe://last', spiffe://last, d",
  })
  void aCallerIsWhoShowedTheLastCertificate(String header, String name, String certificate) {
    assertThat(Caller.parse(header)).isEqualTo(new Caller(name, certificate));
  }

  @Test
  void leavesOtherLinesAlone() {
    assertThat(Served.parse("listening name=catalog version=v2 port=1", 5)).isEmpty();
  }

  @Test
  void waitsForALineThatIsLate() throws InterruptedException {
    ServiceLogs logs = new ServiceLogs();
    Thread late = new Thread(() -> logs.line(LINE));
    late.start();

    assertThat(logs.await(1, Duration.ofSeconds(10), s -> s.is("catalog", "split"))).isEqualTo(1);
    late.join();
  }

  @Test
  void saysWhatCameWhenTheTimeIsUp() throws InterruptedException {
    assertThat(new ServiceLogs().await(1, Duration.ofMillis(1), s -> true)).isZero();
  }
}
