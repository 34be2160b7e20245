// Nearly all of a test is waiting for timers of the protocol, so many run at a time on few cores.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 10)]
