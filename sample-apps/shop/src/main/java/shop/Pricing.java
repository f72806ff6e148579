package shop;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** What things cost; it is slow when told so. */
public final class Pricing {
  private final AtomicInteger slowMillis = new AtomicInteger();

  private Pricing() {}

  /** Starts the pricing; see {@code Options} for the arguments. */
  public static void main(String[] args) throws IOException {
    Pricing pricing = new Pricing();
    Service service = Service.bind(Options.parse("pricing", 8080, args));
    service
        .at(
            "/prices",
            request -> {
              Thread.sleep(pricing.slowMillis.get());
              return service.ok("{\"lamp\":19.5}\n");
            })
        .at(
            "/behave",
            request -> {
              pricing.slowMillis.set(Behaviour.number(request.getRequestURI(), "slow"));
              return service.ok("{}\n");
            })
        .start();
  }
}
