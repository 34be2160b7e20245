using Holdfast.Primitives;

namespace Holdfast.IpvsGuest;

/// <summary>
/// How the kernel's other schedulers share connections that stay, within one in a hundred: the tests of the xdp plane
/// expect the same of it. (The kernel of the test has no twos.)
/// </summary>
internal static class SpreadCases
{
    private const int ClientCount = 3000;

    internal static IEnumerable<(string Name, Action<Kernel> Run)> All =>
        from spread in new (string Scheduler, uint[] Weights, int[] Shares)[]
        {
            ("rr", [3, 2, 1], [1, 1, 1]),
            ("wrr", [3, 2, 1], [3, 2, 1]),
            ("lc", [3, 2, 1], [1, 1, 1]),
            ("wlc", [3, 2, 1], [3, 2, 1]),
            ("wlc", [100, 10, 1], [100, 10, 1]),
            ("sed", [3, 2, 1], [3, 2, 1]),
            ("nq", [3, 2, 1], [3, 2, 1]),
            ("fo", [1, 5, 3], [0, 1, 0]),
            ("ovf", [600, 1600, 900], [498, 1601, 901]),
            ("lblcr", [2, 2, 2], [1, 1, 1]),
        }
        select ($"Spread_{spread.Scheduler}{string.Join('-', spread.Weights)}_IsAsOnTheXdpPlane",
            (Action<Kernel>)(_ => KernelClients.InOwnNetwork(
                kernel => Compare(kernel, spread.Scheduler, spread.Weights, spread.Shares))));

    private static void Compare(Kernel kernel, string scheduler, uint[] weights, int[] shares)
    {
        Expect.Done(kernel.Client.AddService(Kernel.Service(Kernel.Http, scheduler)), "add the service");
        for (int i = 0; i < weights.Length; i++)
        {
            Expect.Done(kernel.Client.AddServer(
                Kernel.Http, Kernel.Server((byte)(i + 1)) with { Weight = weights[i] }), "add a server");
        }
        KernelClients.Send(Enumerable.Range(0, ClientCount).Select(
            static i => (IpAddress.V4(0x0A000001u + (uint)i), (ushort)2000)), Kernel.Http.Port,
            KernelClients.Syn, KernelClients.Ack);

        IpAddress[] chosen = [.. KernelClients.Connections(Kernel.Http.Port).Values];
        for (int i = 0; i < weights.Length; i++)
        {
            int count = chosen.Count(address => address == Kernel.Server((byte)(i + 1)).Key.Address);
            double expected = (double)ClientCount * shares[i] / shares.Sum();
            if (Math.Abs(count - expected) > ClientCount / 100.0)
            {
                throw new CaseException($"{scheduler}: server {i + 1} has {count} of {chosen.Length}, not {expected}");
            }
        }
    }
}
