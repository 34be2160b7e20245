using System.Globalization;
using Holdfast.IpvsGuest.Lives;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;

namespace Holdfast.IpvsGuest;

/// <summary>
/// Runs inside user-mode Linux: the IPVS client against the kernel. One line for each case, "pass NAME" or
/// "fail NAME: why"; the tests on the host read them. With "lives DIRECTORY ORIGINAL OURS COUNT" it leads daemons
/// through lives instead.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["lives", var directory, var original, var ours, var count])
        {
            return LifeLanes.Run(directory, original, ours, int.Parse(count, CultureInfo.InvariantCulture));
        }
        int failures = 0;
        foreach ((string name, Action<Kernel> run) in ClientCases.All.Concat(PlaneCases.All).Concat(HashCases.All)
            .Concat(SpreadCases.All))
        {
            try
            {
                using Kernel kernel = new();
                run(kernel);
                Console.WriteLine($"pass {name}");
            }
            catch (Exception failure) when (failure is CaseException or LinuxException)
            {
                failures++;
                Console.WriteLine($"fail {name}: {failure.Message}");
            }
        }
        return failures == 0 ? 0 : 1;
    }
}

/// <summary>A case found something else than it expected.</summary>
internal sealed class CaseException(string message) : Exception(message);

/// <summary>What cases say about results.</summary>
internal static class Expect
{
    internal static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new CaseException($"{what}: {actual}, not {expected}");
        }
    }

    internal static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new CaseException($"{what}: [{string.Join("; ", actual)}], not [{string.Join("; ", expected)}]");
        }
    }

    internal static void Done(NetlinkResult result, string what)
    {
        if (!result.IsSuccess)
        {
            throw new CaseException($"{what}: {result}");
        }
    }
}
