package shop;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is in stock; it answers 503 to a share of its calls when told so. */
public final class Inventory {
  /** Percent of calls that are answered 503. */
  private final AtomicInteger failing = new AtomicInteger();

  private final AtomicLong calls = new AtomicLong();

  private Inventory() {}

  /** Starts the inventory; see {@code Options} for the arguments. */
  public static void main(String[] args) throws IOException {
    Inventory inventory = new Inventory();
    Service service = Service.bind(Options.parse("inventory", 8080, args));
    service
        .at("/stock", request -> inventory.answer(service, "{\"stock\":{\"lamp\":3}}\n"))
        .at("/reserve", request -> inventory.answer(service, "{\"reserved\":true}\n"))
        .at(
            "/behave",
            request -> {
              inventory.failing.set(Behaviour.number(request.getRequestURI(), "fail"));
              return service.ok("{}\n");
            })
        .start();
  }

  private Service.Answer answer(Service service, String json) {
    long n = calls.getAndIncrement();
    int share = failing.get();
    // Spread evenly: at most every second call while the share is 50 percent or less.
    boolean fails = (n + 1) * share / 100 != n * share / 100;
    return fails ? service.answer(503, "{\"error\":\"out of order\"}\n") : service.ok(json);
  }
}
