package io.inmesh.cli.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may speak with whom, as the services logged it and strangers felt it. A customer stays from
 * the beginning to the end, to feel the renewals of certificates if anybody does.
 */
final class SecurityChecks implements AutoCloseable {
  private static final int DENIED_CALLS = 10;
  private static final int STAYING_PAUSE_MILLIS = 100;
  private static final Duration LOG_DELAY = Duration.ofSeconds(15);

  /** Longer than connections of the services rest, so that each look meets new handshakes. */
  private static final Duration LOOK_EVERY = ShopMesh.CONNECTION_REST.multipliedBy(2);

  private static final String DENIAL = "RBAC: access denied";

  /** Every call between two services that the pages lead to. */
  private static final Set<String> CALLS =
      Set.of(
          "shop > catalog",
          "shop > inventory",
          "shop > pricing",
          "shop > orders",
          "orders > catalog",
          "orders > inventory");

  private final ShopMesh mesh;
  private final Customer customer;
  private final ServiceLogs logs;
  private final CertificateWatch certificates;
  private final Traffic staying;

  SecurityChecks(ShopMesh mesh, Customer customer) {
    this.mesh = mesh;
    this.customer = customer;
    this.logs = mesh.served();
    this.certificates = new CertificateWatch(mesh);
    certificates.look();
    this.staying = Traffic.start(customer, "staying", STAYING_PAUSE_MILLIS);
  }

  /** Each service knows its callers by their certificates. */
  Check identities() throws InterruptedException {
    int opened = 0;
    for (String page : Customer.PAGES) {
      opened += customer.open(page, "identities", "").ok() ? 1 : 0;
    }
    boolean all = opened == Customer.PAGES.size();
    logs.await(all ? CALLS.size() : 0, LOG_DELAY, SecurityChecks::isCallOfAService);
    Set<String> seen = new TreeSet<>();
    logs.matching(SecurityChecks::isCallOfAService).forEach(s -> seen.add(s.callerAndService()));
    int known = (int) CALLS.stream().filter(seen::contains).count();
    Set<String> others = new TreeSet<>(seen);
    others.removeAll(CALLS);
    return new Check(
        "identities",
        CALLS.size() + " callers known as spiffe://…/ns/shop/sa/NAME",
        known + " known by their certificates" + (others.isEmpty() ? "" : ", but also " + others),
        seen.equals(CALLS));
  }

  private static boolean isCallOfAService(Served request) {
    return request.scene().equals("identities") && !request.service().equals("shop");
  }

  /** Behind the front door nobody listens to plain HTTP. */
  Check plaintext() {
    List<ShopService> behind =
        Arrays.stream(ShopService.values()).filter(s -> s != ShopService.SHOP).toList();
    int closed = 0;
    String answer = "";
    for (ShopService service : behind) {
      Optional<String> answered = new Stranger(mesh.port(service)).ask("/items", "stranger");
      closed += answered.isEmpty() ? 1 : 0;
      answer = answered.map(line -> ", " + service.workload() + ": " + line).orElse(answer);
    }
    int served = logs.count(s -> s.scene().equals("stranger"));
    return new Check(
        "plaintext from outside",
        behind.size() + " services hang up, none logs a request",
        closed + " hung up, " + served + " requests logged" + answer,
        closed == behind.size() && served == 0);
  }

  /** Orders may not ask pricing; the shop may. */
  Check denied() throws InterruptedException {
    Scene scene =
        Scene.play(customer, "denied", "/offer", "", DENIED_CALLS, SecurityChecks::isDenial);
    int refused = (int) scene.answers().stream().filter(SecurityChecks::isDenial).count();
    Customer.Answer allowed = customer.open("/prices", "allowed", "");
    int served = logs.count(s -> s.is("pricing", "denied"));
    return new Check(
        "not allowed by policy",
        DENIED_CALLS + " x 403 for orders, pricing sees none; 200 for the shop",
        refused
            + " x 403, pricing saw "
            + served
            + "; shop "
            + allowed.status()
            + scene.oddity(403),
        refused == DENIED_CALLS && served == 0 && allowed.ok());
  }

  private static boolean isDenial(Customer.Answer answer) {
    return answer.status() == 403 && answer.answeredBy().equals(DENIAL);
  }

  /** Callers and called have come with other certificates since the beginning; nobody noticed. */
  Check renewal() throws InterruptedException {
    int all = ShopService.values().length;
    long end = System.nanoTime() + ShopMesh.CERTIFICATE_LIFE.toNanos();
    boolean open = lookAgain();
    while (open
        && (certificates.showing(2) < all || certificatesOfTheShop() < 2)
        && System.nanoTime() < end) {
      Thread.sleep(LOOK_EVERY.toMillis());
      open = lookAgain();
    }
    int renewed = certificates.showing(2);
    int ofTheShop = certificatesOfTheShop();
    Set<String> wrong = certificates.wrongNames();
    Traffic.Result customers = staying.stop();
    return new Check(
        "certificates renewed",
        "by " + all + " services, in use at once, names kept, no call failed",
        renewed
            + " renewed, pricing saw "
            + ofTheShop
            + " of the shop, names "
            + (wrong.isEmpty() ? "kept" : "changed: " + wrong)
            + ", "
            + customers,
        open && renewed == all && ofTheShop > 1 && wrong.isEmpty() && customers.allAnswered());
  }

  private boolean lookAgain() throws InterruptedException {
    certificates.look();
    return customer.open("/prices", "renewal", "").ok();
  }

  private int certificatesOfTheShop() {
    return (int)
        logs.matching(s -> s.callerAndService().equals("shop > pricing")).stream()
            .map(s -> s.caller().certificate())
            .distinct()
            .count();
  }

  @Override
  public void close() {
    staying.close();
  }
}
