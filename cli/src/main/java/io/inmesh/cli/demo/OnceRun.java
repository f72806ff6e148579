package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.function.Consumer;

/**
 * Checks all that the demo shows, from what the services logged and the customer received. Where
 * chance decides, the bounds are those of the binomial distribution for {@link #ERROR}.
 */
final class OnceRun {
  /** How probable a wrong alarm of one check by chance is, at most. */
  static final double ERROR = 1e-6;

  private static final int SPLIT_CALLS = 300;
  private static final int SEARCHES = 200;
  private static final int CHANGED_CALLS = 100;
  private static final int FAILING_PERCENT = 40;
  private static final int BETA_CALLS = 40;
  private static final int RETRIED_CALLS = 60;
  private static final int TIMEOUTS = 4;
  private static final int ROUTE_TIMEOUT_MILLIS = 500;
  private static final int SLOW_MILLIS = 2_500;

  /** In 90/10 the wrong version answers so many times in a row with probability 1e-10. */
  private static final int IN_A_ROW = 10;

  private static final int TRAFFIC_PAUSE_MILLIS = 10;

  private static final Duration LOG_DELAY = Duration.ofSeconds(15);
  private static final Duration CHANGE_LIMIT = Duration.ofSeconds(5);
  private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(60);
  private static final Duration OUTAGE = Duration.ofSeconds(3);

  private final ShopMesh mesh;
  private final Customer customer;
  private final ServiceLogs logs;

  private OnceRun(ShopMesh mesh) {
    this.mesh = mesh;
    this.customer = new Customer(mesh.url(ShopService.SHOP));
    this.logs = mesh.served();
  }

  private interface Claim {
    Check check() throws InterruptedException;
  }

  /**
   * Runs every check; one that throws is a failed one.
   *
   * @param done told after each
   */
  static List<Check> run(ShopMesh mesh, Path shopJar, Consumer<Check> done)
      throws InterruptedException {
    OnceRun run = new OnceRun(mesh);
    if (mesh.on()) {
      run.customer.awaitShop();
    }
    try (SecurityChecks security = new SecurityChecks(mesh, run.customer)) {
      return run.all(shopJar, security, done);
    }
  }

  private List<Check> all(Path shopJar, SecurityChecks security, Consumer<Check> done)
      throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    add(checks, done, "unchanged programs", () -> unchangedPrograms(shopJar));
    add(checks, done, "identities", security::identities);
    add(checks, done, "plaintext from outside", security::plaintext);
    add(checks, done, "not allowed by policy", security::denied);
    add(checks, done, "90/10 split", this::split);
    add(checks, done, "header routing", this::headerRouting);
    add(checks, done, "retry, JDK client", () -> retry("retry, JDK client", "/basket"));
    add(checks, done, "retry, OkHttp", () -> retry("retry, OkHttp", "/checkout"));
    add(checks, done, "timeout", this::timeout);
    add(checks, done, "injected fault", this::fault);
    add(checks, done, "change of the YAML", this::change);
    add(checks, done, "control plane killed", this::outage);
    add(checks, done, "certificates renewed", security::renewal);
    return checks;
  }

  private void add(List<Check> checks, Consumer<Check> done, String name, Claim claim)
      throws InterruptedException {
    Check check;
    try {
      check = claim.check();
    } catch (Failure e) {
      check = new Check(name, "no error", e.getMessage() + "", false);
    }
    checks.add(check);
    done.accept(check);
  }

  private Check unchangedPrograms(Path shopJar) throws InterruptedException {
    int classes = JarContent.meshClasses(shopJar);
    int ok = 0;
    for (String page : Customer.PAGES) {
      ok += customer.open(page, "unchanged", "").ok() ? 1 : 0;
    }
    List<Served> seen =
        logs.matching(s -> s.scene().equals("unchanged") && !s.service().equals("shop"));
    boolean kept = seen.stream().allMatch(s -> s.host().equals(s.service() + ":8080"));
    return new Check(
        "unchanged programs",
        "0 mesh classes in their jar, " + Customer.PAGES.size() + " pages, Host kept",
        classes + " classes, " + ok + " pages, Host " + (kept ? "kept" : "changed"),
        classes == 0 && ok == Customer.PAGES.size() && kept && !seen.isEmpty());
  }

  private Check split() throws InterruptedException {
    Scene scene = Scene.play(customer, "split", "/", "", SPLIT_CALLS, Customer.Answer::ok);
    logs.await(scene.with(200), LOG_DELAY, s -> s.is("catalog", "split"));
    int v1 = logs.count(s -> s.is("catalog", "split") && s.version().equals("v1"));
    int v2 = logs.count(s -> s.is("catalog", "split") && s.version().equals("v2"));
    Binomial bounds = Binomial.bounds(SPLIT_CALLS, 0.10, ERROR);
    return new Check(
        "90/10 split",
        SPLIT_CALLS + " answered, v2 " + bounds.low() + " to " + bounds.high(),
        scene.with(200) + " answered, v1 " + v1 + ", v2 " + v2 + scene.oddity(200),
        scene.with(200) == SPLIT_CALLS && v1 + v2 == SPLIT_CALLS && bounds.allows(v2));
  }

  private Check headerRouting() throws InterruptedException {
    Scene scene = Scene.play(customer, "beta", "/", "beta-ann", BETA_CALLS, Customer.Answer::ok);
    logs.await(scene.with(200), LOG_DELAY, s -> s.is("catalog", "beta"));
    List<Served> seen = logs.matching(s -> s.is("catalog", "beta"));
    long v2 = seen.stream().filter(s -> s.version().equals("v2")).count();
    boolean header = seen.stream().allMatch(s -> s.user().equals("beta-ann"));
    return new Check(
        "header routing",
        "x-user: beta-ann, " + BETA_CALLS + " of " + BETA_CALLS + " at v2",
        v2 + " of " + seen.size() + " at v2" + scene.oddity(200),
        v2 == BETA_CALLS && seen.size() == BETA_CALLS && header && scene.with(200) == BETA_CALLS);
  }

  private Check retry(String name, String page) throws InterruptedException {
    String tag = page.substring(1) + "-retry";
    customer.tell(ShopService.INVENTORY, "fail=" + FAILING_PERCENT);
    Scene scene = Scene.play(customer, tag, page, "", RETRIED_CALLS, Customer.Answer::ok);
    customer.tell(ShopService.INVENTORY, "fail=0");
    logs.await(scene.with(200), LOG_DELAY, s -> s.is("inventory", tag) && s.status() == 200);
    int good = logs.count(s -> s.is("inventory", tag) && s.status() == 200);
    int bad = logs.count(s -> s.is("inventory", tag) && s.status() == 503);
    return new Check(
        name,
        "inventory " + FAILING_PERCENT + " % 503, customer " + RETRIED_CALLS + " x 200",
        "inventory "
            + bad
            + " x 503 and "
            + good
            + " x 200, customer "
            + scene.with(200)
            + " x 200"
            + scene.oddity(200),
        scene.with(200) == RETRIED_CALLS && good == RETRIED_CALLS && bad >= RETRIED_CALLS / 3);
  }

  private Check timeout() throws InterruptedException {
    customer.tell(ShopService.PRICING, "slow=" + SLOW_MILLIS);
    Scene scene = Scene.play(customer, "timeout", "/prices", "", TIMEOUTS, a -> a.status() == 504);
    customer.tell(ShopService.PRICING, "slow=0");
    logs.await(scene.with(504), LOG_DELAY, s -> s.is("pricing", "timeout"));
    int slow = logs.count(s -> s.is("pricing", "timeout") && s.millis() >= SLOW_MILLIS - 10);
    LongSummaryStatistics millis =
        scene.answers().stream().mapToLong(Customer.Answer::millis).summaryStatistics();
    return new Check(
        "timeout",
        TIMEOUTS + " x 504 after " + ROUTE_TIMEOUT_MILLIS + " ms, pricing takes " + SLOW_MILLIS,
        scene.with(504)
            + " x 504 after "
            + millis.getMin()
            + " to "
            + millis.getMax()
            + " ms, pricing slow "
            + slow
            + " times"
            + scene.oddity(504),
        scene.with(504) == TIMEOUTS
            && slow == TIMEOUTS
            && millis.getMin() >= ROUTE_TIMEOUT_MILLIS - 5
            && millis.getMax() < SLOW_MILLIS - 500);
  }

  private Check fault() throws InterruptedException {
    Scene scene =
        Scene.play(customer, "fault", "/search", "", SEARCHES, a -> a.ok() || a.status() == 429);
    int good = scene.with(200);
    int aborted = scene.with(429);
    logs.await(good, LOG_DELAY, s -> s.is("catalog", "fault"));
    int served = logs.count(s -> s.is("catalog", "fault"));
    Binomial bounds = Binomial.bounds(SEARCHES, 0.5, ERROR);
    return new Check(
        "injected fault",
        bounds.low() + " to " + bounds.high() + " x 429 of " + SEARCHES + ", catalog sees the rest",
        aborted + " x 429, " + good + " x 200, catalog saw " + served + scene.oddity(200, 429),
        good + aborted == SEARCHES && served == good && bounds.allows(aborted));
  }

  private Check change() throws InterruptedException {
    try (Traffic traffic = Traffic.start(customer, "change-traffic", TRAFFIC_PAUSE_MILLIS)) {
      long edited = System.nanoTime();
      mesh.folder().split(0, 100);
      long moved = awaitVersion("v2", "change-wait", CHANGE_LIMIT);
      Scene scene = Scene.play(customer, "change", "/", "", CHANGED_CALLS, Customer.Answer::ok);
      logs.await(scene.with(200), LOG_DELAY, s -> s.is("catalog", "change"));
      int v2 = logs.count(s -> s.is("catalog", "change") && s.version().equals("v2"));
      Traffic.Result around = traffic.stop();
      return new Check(
          "change of the YAML",
          "0/100 within " + CHANGE_LIMIT.toSeconds() + " s, no call failed",
          (moved == 0 ? "not moved" : "after " + (moved - edited) / 1_000_000 + " ms")
              + ", then "
              + v2
              + " of "
              + scene.calls()
              + " at v2, "
              + around,
          moved != 0
              && v2 == CHANGED_CALLS
              && scene.with(200) == CHANGED_CALLS
              && around.allAnswered());
    }
  }

  private Check outage() throws InterruptedException {
    try (Traffic traffic = Traffic.start(customer, "outage-traffic", TRAFFIC_PAUSE_MILLIS)) {
      mesh.killControlPlane();
      Thread.sleep(OUTAGE.toMillis());
      int during = traffic.calls();
      mesh.restartControlPlane();
      mesh.folder().split(100, 0);
      long back = awaitVersion("v1", "outage-wait", RECONNECT_LIMIT);
      Traffic.Result around = traffic.stop();
      return new Check(
          "control plane killed",
          "no call failed, its next change is followed",
          around
              + ", "
              + during
              + " while it was away, change "
              + (back == 0 ? "not followed" : "followed"),
          around.allAnswered() && during >= IN_A_ROW && back != 0);
    }
  }

  /** When the first of ten calls in a row reached the version, by the service's log; 0 if never. */
  private long awaitVersion(String version, String scene, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    int failed = 0;
    while (System.nanoTime() < end && failed < IN_A_ROW) {
      failed = customer.open("/", scene, "").ok() ? 0 : failed + 1;
      List<Served> seen = logs.matching(s -> s.is("catalog", scene));
      int run = 0;
      for (int i = seen.size() - 1; i >= 0 && seen.get(i).version().equals(version); i--) {
        run++;
      }
      if (run >= IN_A_ROW) {
        return seen.get(seen.size() - run).atNanos();
      }
      Thread.sleep(5);
    }
    return 0;
  }
}
