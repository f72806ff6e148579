package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.internal.GrpcUtil;
import io.grpc.internal.ObjectPool;
import io.grpc.internal.SharedResourcePool;
import io.inmesh.instrumentation.api.Mesh;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where one call's callbacks run: the executor that it names, else the channel's. Takes that from
 * its pool for a task alone: most calls need none.
 */
final class CallExecutor implements Executor {
  private final Mesh mesh;
  private final @Nullable Executor own;
  private final ObjectPool<? extends Executor> ofTheChannel;

  CallExecutor(Meshed channel, CallOptions options) {
    this.mesh = channel.mesh();
    this.own = options.getExecutor();
    this.ofTheChannel = channel.executors();
  }

  @Override
  public void execute(Runnable task) {
    // Through a direct executor the agent's timer would come to run the app.
    Runnable elsewhere =
        mesh.ownThread()
            ? () -> {
              if (mesh.ownThread()) {
                lent(SharedResourcePool.forResource(GrpcUtil.SHARED_CHANNEL_EXECUTOR), task);
              } else {
                task.run();
              }
            }
            : task;
    if (own != null) {
      own.execute(elsewhere);
    } else {
      lent(ofTheChannel, elsewhere);
    }
  }

  private static <E extends Executor> void lent(ObjectPool<E> pool, Runnable task) {
    E executor = pool.getObject();
    boolean taken = false;
    try {
      executor.execute(
          () -> {
            try {
              task.run();
            } finally {
              E unused = pool.returnObject(executor);
            }
          });
      taken = true;
    } finally {
      if (!taken) {
        E unused = pool.returnObject(executor);
      }
    }
  }
}
