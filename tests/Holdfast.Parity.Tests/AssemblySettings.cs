// Nearly all of a test is waiting for timers of the protocol, so several run at a time on few cores. Not more: the VRRP
// processes of all labs have real-time priority, and too many of them make one another late.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 5)]
