using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>A director that stays pinned when this process has ended, so that any tool can measure it.</summary>
internal static class PinnedDirector
{
    private const uint DaySeconds = 86_400;

    internal static int Make(Layer4Options options)
    {
        IpAddress address = IpAddress.Parse(options.Service.Address.ToString());
        Span<byte> bytes = stackalloc byte[16];
        _ = address.CopyTo(bytes);
        uint bits = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        ushort port = (ushort)options.Service.Port;
        NetlinkResult result = BenchDirector.TryMake(VirtualServiceKey.At(ServiceProtocol.Tcp, address, port),
            options.Method, options.Servers, options.Scheduler, out BenchDirector? director);
        if (director is null)
        {
            Console.Error.WriteLine($"bench/layer4: {result}");
            return 1;
        }
        using BenchDirector owned = director;
        // Whoever measures it takes his time.
        director.Client.SetTimeouts(new(TcpSeconds: DaySeconds, TcpFinSeconds: DaySeconds, UdpSeconds: DaySeconds))
            .ThrowIfFailed("set the timeouts");
        for (int flow = 0; flow < options.Flows; flow++)
        {
            _ = director.Run(FlowFrame.Make(flow, bits, port, FlowFrame.Syn));
            _ = director.Run(FlowFrame.Make(flow, bits, port, FlowFrame.Ack));
        }
        LinuxException.ThrowIf(BpfPin.TryPin(director.Program, options.PinPath!), $"pin {options.PinPath}");
        Console.WriteLine($"{options.PinPath}: TCP {options.Service}, {options.Method}, {options.Scheduler}, "
            + $"{options.Servers} servers, {options.Flows} connections of clients from 10.128.0.0 on, "
            + "for a day; to remove it: rm " + options.PinPath);
        return 0;
    }
}
