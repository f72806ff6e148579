package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renews what two sidecars show while the two apps renew theirs, and on the way replaces the root:
 * all trust both, then the new one signs, then nobody trusts the old one any more.
 */
final class Rotation {
  /** Of a certificate. */
  static final Duration LIFE = Duration.ofSeconds(5);

  /** How long each is shown. */
  static final Duration PACE = LIFE.dividedBy(2);

  private static final Pattern SERIAL = Pattern.compile("\"serial_number\": ?\"([0-9a-f]+)\"");

  private static final long LOOK_MILLIS = 500;

  /** After so many renewals the authority has long seen that its files have changed. */
  private static final int SURELY_RENEWED = 3;

  private enum Root {
    OLD,
    BOTH_TRUSTED,
    NEW_SIGNS,
    OLD_FORGOTTEN,
    NEW
  }

  private final SidecarMesh mesh;
  private final Sidecar ofWeb;
  private final Sidecar ofBare;
  private final ForkedServer shop;
  private final ForkedClient web;
  private final TestCa before;
  private final TestCa after;
  private final Set<String> shopsSerials = new LinkedHashSet<>();
  private final Set<String> websSerials = new LinkedHashSet<>();
  private final List<Integer> renewedBefore = new ArrayList<>();
  private final HandshakeCount websHandshakes;
  private final HandshakeCount baresHandshakes;
  private volatile Root root = Root.OLD;
  private volatile int shown;

  /**
   * @param ofWeb the sidecar that calls the shop
   * @param ofBare the sidecar that the app {@code web} calls
   */
  Rotation(SidecarMesh mesh, Sidecar ofWeb, Sidecar ofBare, ForkedServer shop, ForkedClient web)
      throws IOException {
    this.mesh = mesh;
    this.ofWeb = ofWeb;
    this.ofBare = ofBare;
    this.shop = shop;
    this.web = web;
    this.websHandshakes = new HandshakeCount(ofWeb);
    this.baresHandshakes = new HandshakeCount(ofBare);
    this.before = mesh.mesh().ca();
    this.after = before.successor();
  }

  /** Rotates until everybody has done so this often and the root is another. */
  void run(int rotations) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(LIFE.multipliedBy(rotations + 20L));
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> renewal =
        timer.scheduleAtFixedRate(this::renew, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
    try {
      while (rotations() < rotations || root != Root.NEW) {
        assertThat(Instant.now()).as("%s at %d rotations", root, rotations()).isBefore(end);
        assertThat(renewal.isDone()).as("the sidecars are not renewed any more").isFalse();
        look();
        Thread.sleep(LOOK_MILLIS);
      }
    } finally {
      timer.shutdown();
      assertThat(timer.awaitTermination(LIFE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }
  }

  // On the timer's thread alone.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void renew() {
    try {
      websHandshakes.next();
      baresHandshakes.next();
      show(ofWeb, "web");
      show(ofBare, "bare");
      shown++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often everybody has rotated. */
  int rotations() {
    return Math.min(shown, Math.min(shopsSerials.size(), websSerials.size()) - 1);
  }

  /** Of the sidecar that calls the shop; once {@link #run} is over. */
  HandshakeCount in() {
    return websHandshakes;
  }

  /** Of the sidecar that the app {@code web} calls; once {@link #run} is over. */
  HandshakeCount out() {
    return baresHandshakes;
  }

  private void show(Sidecar sidecar, String account) throws IOException {
    TestCa signing = root.compareTo(Root.NEW_SIGNS) < 0 ? before : after;
    sidecar.secrets().show(signing.sign("cluster.local", account, Instant.now().plus(LIFE)));
  }

  /** Takes the next step to the new root where the last one has reached everybody. */
  private void look() throws IOException {
    String shops = mesh.mesh().admin(shop, "/certs");
    String webs = mesh.mesh().admin(web, "/certs");
    shopsSerials.add(serial(shops));
    websSerials.add(serial(webs));
    switch (root) {
      case OLD -> {
        if (rotations() > 0) {
          trust(before, after);
          root = Root.BOTH_TRUSTED;
        }
      }
      case BOTH_TRUSTED -> {
        if (shops.contains(serial(after)) && webs.contains(serial(after))) {
          mesh.mesh().signBy(after);
          renewedBefore.addAll(List.of(shopsSerials.size(), websSerials.size()));
          root = Root.NEW_SIGNS;
        }
      }
      case NEW_SIGNS -> {
        if (shopsSerials.size() - renewedBefore.get(0) >= SURELY_RENEWED
            && websSerials.size() - renewedBefore.get(1) >= SURELY_RENEWED) {
          trust(after);
          root = Root.OLD_FORGOTTEN;
        }
      }
      case OLD_FORGOTTEN -> {
        if (!shops.contains(serial(before)) && !webs.contains(serial(before))) {
          root = Root.NEW;
        }
      }
      case NEW -> {}
    }
  }

  private void trust(TestCa... authorities) throws IOException {
    mesh.mesh().trust(authorities);
    List<X509Certificate> roots = new ArrayList<>();
    for (TestCa authority : authorities) {
      roots.add(authority.root());
    }
    ofWeb.secrets().trust(roots);
    ofBare.secrets().trust(roots);
  }

  private static String serial(TestCa authority) {
    return authority.root().getSerialNumber().toString(16);
  }

  /** Of an app's own certificate, which follows the roots. */
  private static String serial(String certs) {
    assertThat(certs).contains("cert_chain");
    Matcher matcher = SERIAL.matcher(certs.substring(certs.indexOf("cert_chain")));
    assertThat(matcher.find()).as(certs).isTrue();
    return matcher.group(1);
  }
}
