// A machine mostly waits, for its boot and for timers of the protocol.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 3)]
[assembly: AssemblyFixture(typeof(Holdfast.Packaging.Tests.Packages))]
