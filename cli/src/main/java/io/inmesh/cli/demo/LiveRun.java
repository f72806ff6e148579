package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Shows the mesh at work until Ctrl-C; changes the YAML and kills the control plane on the way. */
final class LiveRun {
  private static final long WINDOW_NANOS = 10_000_000_000L;
  private static final int EVENTS_SHOWN = 5;
  private static final int TERMINAL_MILLIS = 500;
  private static final int ENDING_MILLIS = 4_000;
  private static final int PLAIN_MILLIS = 5_000;

  private final ShopMesh mesh;
  private final Screen screen;
  private final boolean terminal;
  private final List<String> next;
  private final Deque<String> events = new ArrayDeque<>();
  private long start = System.nanoTime();

  /**
   * A run.
   *
   * @param columns of the terminal; 0 if there is none
   * @param next what the user may try, shown below
   */
  LiveRun(ShopMesh mesh, PrintWriter out, int columns, List<String> next) {
    this.mesh = mesh;
    this.screen = new Screen(out, columns);
    this.terminal = columns > 0;
    this.next = next;
  }

  private interface Act {
    void play();
  }

  /** What happens at which second. */
  private record Moment(int second, String words, Act act) {}

  /** Runs until the thread is interrupted or the JVM ends. */
  void run() throws InterruptedException {
    Customer customer = new Customer(mesh.url(ShopService.SHOP));
    if (mesh.on()) {
      customer.awaitShop();
      customer.tell(ShopService.INVENTORY, "fail=40");
      customer.tell(ShopService.PRICING, "slow=2500");
      start = System.nanoTime();
    }
    Deque<Moment> script = new ArrayDeque<>(script());
    try (LiveTraffic traffic = new LiveTraffic(customer);
        LiveOutside outside = new LiveOutside(mesh)) {
      while (true) {
        Thread.sleep(terminal ? TERMINAL_MILLIS : PLAIN_MILLIS);
        while (!script.isEmpty() && seconds() >= script.getFirst().second()) {
          Moment moment = script.removeFirst();
          moment.act().play();
          events.addLast(clock() + "  " + moment.words());
          if (events.size() > EVENTS_SHOWN) {
            events.removeFirst();
          }
        }
        if (!mesh.allServicesRun()) {
          // After Ctrl-C the services are gone first; this JVM follows before the time is up.
          Thread.sleep(ENDING_MILLIS);
          throw new Failure("a service of the shop has ended; its log says why");
        }
        screen.draw(block(traffic, outside));
      }
    }
  }

  private List<Moment> script() {
    MeshFolder yaml = mesh.folder();
    return List.of(
        new Moment(0, "the shop is open", () -> {}),
        new Moment(15, "catalog.yaml edited: 50/50", () -> yaml.split(50, 50)),
        new Moment(30, "control plane killed; nobody may notice", mesh::killControlPlane),
        new Moment(38, "control plane started again", mesh::restartControlPlane),
        new Moment(45, "catalog.yaml edited: 90/10; now it is yours", () -> yaml.split(90, 10)));
  }

  private List<String> block(LiveTraffic traffic, LiveOutside outside) {
    long since = System.nanoTime() - WINDOW_NANOS;
    ServiceLogs logs = mesh.served();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("inmesh demo  " + clock() + "  (the last 10 s; Ctrl-C ends everything)");
    lines.add("");
    int v1 = catalog(logs, since, "split", "v1");
    int v2 = catalog(logs, since, "split", "v2");
    lines.add(barLine("split      catalog v1", v1, v1 + v2));
    lines.add(barLine("           catalog v2", v2, v1 + v2));
    int beta = catalog(logs, since, "beta", "v2");
    int all = beta + catalog(logs, since, "beta", "v1");
    lines.add(barLine("beta-ann   catalog v2", beta, all));
    lines.add(retry(traffic, logs, since));
    lines.add(timeout(traffic, since));
    lines.add(fault(traffic, logs, since));
    lines.add(unasked(traffic, since));
    lines.add("");
    lines.add("  mutual TLS between all services; customers enter in clear at the front door");
    lines.addAll(identities(logs, since));
    lines.add(denied(traffic, logs, since));
    lines.add(outside.plaintext());
    lines.add(outside.renewals());
    lines.add("");
    events.forEach(event -> lines.add("  " + event));
    lines.add("");
    lines.addAll(next);
    return lines;
  }

  private static int catalog(ServiceLogs logs, long since, String scene, String version) {
    return logs.count(
        s -> s.atNanos() - since >= 0 && s.is("catalog", scene) && s.version().equals(version));
  }

  private static String barLine(String title, int part, int whole) {
    return String.format(
        "  %s  %s %s  %d calls", title, Screen.bar(part, whole), Screen.percent(part, whole), part);
  }

  private static String retry(LiveTraffic traffic, ServiceLogs logs, long since) {
    List<Customer.Answer> answers = traffic.since(since, "retry");
    int bad =
        logs.count(
            s -> s.atNanos() - since >= 0 && s.is("inventory", "retry") && s.status() == 503);
    return String.format(
        "  retry      inventory answered 503 %d times; the customer saw 200 in %d of %d",
        bad, answers.stream().filter(Customer.Answer::ok).count(), answers.size());
  }

  private static String timeout(LiveTraffic traffic, long since) {
    List<Customer.Answer> answers = traffic.since(since, "timeout");
    return String.format(
        "  timeout    pricing takes 2500 ms; the customer got 504 after %d ms, %d of %d",
        Math.round(answers.stream().mapToLong(Customer.Answer::millis).average().orElse(0)),
        answers.stream().filter(a -> a.status() == 504).count(),
        answers.size());
  }

  private static String fault(LiveTraffic traffic, ServiceLogs logs, long since) {
    List<Customer.Answer> answers = traffic.since(since, "fault");
    return String.format(
        "  fault      half of the searches: %d x 429, %d x 200; catalog saw %d",
        answers.stream().filter(a -> a.status() == 429).count(),
        answers.stream().filter(Customer.Answer::ok).count(),
        logs.count(s -> s.atNanos() - since >= 0 && s.is("catalog", "fault")));
  }

  private static List<String> identities(ServiceLogs logs, long since) {
    Map<String, Set<String>> servicesByCaller = new TreeMap<>();
    logs.matching(s -> s.atNanos() - since >= 0 && s.caller().isKnown())
        .forEach(
            s ->
                servicesByCaller
                    .computeIfAbsent(s.caller().account(), unused -> new TreeSet<>())
                    .add(s.service()));
    List<String> lines = new ArrayList<>();
    servicesByCaller.forEach(
        (caller, services) ->
            lines.add(
                String.format(
                    "  %-9s  known by its certificate to %s",
                    caller, String.join(", ", services))));
    return lines;
  }

  private static String denied(LiveTraffic traffic, ServiceLogs logs, long since) {
    List<Customer.Answer> answers = traffic.since(since, "denied");
    return String.format(
        "  denied     orders may not ask pricing: 403 in %d of %d; pricing saw %d",
        answers.stream().filter(a -> a.status() == 403).count(),
        answers.size(),
        logs.count(s -> s.atNanos() - since >= 0 && s.is("pricing", "denied")));
  }

  private static String unasked(LiveTraffic traffic, long since) {
    long failed =
        List.of("split", "beta", "retry", "order").stream()
            .flatMap(scene -> traffic.since(since, scene).stream())
            .filter(a -> !a.ok())
            .count();
    return "  calls that failed unasked: " + failed;
  }

  private long seconds() {
    return (System.nanoTime() - start) / 1_000_000_000L;
  }

  private String clock() {
    long now = seconds();
    return String.format("%02d:%02d", now / 60, now % 60);
  }
}
