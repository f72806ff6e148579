package io.inmesh.control.client.identity;

/** Somebody who says who this workload is. The methods may be called by any thread. */
public interface IdentitySource extends AutoCloseable {
  /** Begins to ask; returns at once. */
  void start();

  /** How it stands. */
  IdentityStatus status();

  /** Ends; what it speaks over stays. */
  @Override
  void close();
}
