using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Readiness;
using Holdfast.Runtime.Readiness.Lvs;

namespace Holdfast.Runtime.Doctor;

/// <summary>Asks by ARP who has each virtual address, and who each real server of direct routing is.</summary>
/// <remarks>
/// The questions name no sender (RFC 5227), so that nobody's table changes. IPv6 is not asked: a real server answers
/// there only for addresses of the interface itself.
/// </remarks>
internal static class ArpProbe
{
    /// <summary>So many addresses are asked for on an interface: a question is a broadcast.</summary>
    private const int QuestionsMax = 256;

    private static TimeSpan AnswerTime => TimeSpan.FromMilliseconds(300);

    internal static IEnumerable<DoctorFinding> Run(
        ImmutableArray<LvsService> services, KeepalivedModel model, LvsFacts facts, NodeFacts node)
    {
        List<(string Interface, IpAddress Address, ImmutableArray<IpAddress> Servers)> questions = [];
        foreach (LvsService service in services)
        {
            ImmutableArray<IpAddress> servers = [.. service.Servers.Where(s => s.Method != ForwardingMethod.Nat
                    && s.Address.IsV4 && facts.Routes.GetValueOrDefault(s.Address)?.IsLocal == false)
                .Select(static s => s.Address)];
            foreach (IpAddress address in service.Addresses.Where(a => a.IsV4 && !servers.IsEmpty))
            {
                if (InterfaceOf(address, model, facts) is { } name)
                {
                    questions.Add((name, address, servers));
                }
            }
        }
        foreach (var group in questions.GroupBy(static q => q.Interface))
        {
            IpAddress[] asked = [.. group.SelectMany(static q => q.Servers.Prepend(q.Address)).Distinct()
                .Take(QuestionsMax)];
            ArpAnswers? answers = node.Links.GetValueOrDefault(group.Key) is { Mac.IsZero: false } link
                ? Ask(link, asked) : null; // only Ethernet has ARP
            foreach ((string name, IpAddress address, ImmutableArray<IpAddress> servers) in group)
            {
                bool isHere = facts.Addresses.Any(a => a.Prefix.Address == address && a.Interface == name);
                foreach (DoctorFinding finding in answers?.Judge(address, servers, isHere) ?? [])
                {
                    yield return finding;
                }
            }
        }
    }

    /// <summary>Where clients ask for a virtual address: its instance's interface, or where it is.</summary>
    private static string? InterfaceOf(IpAddress address, KeepalivedModel model, LvsFacts facts)
    {
        foreach (VrrpInstanceModel instance in model.Instances)
        {
            foreach (VirtualAddressModel own in instance.Addresses.Concat(instance.ExcludedAddresses))
            {
                if (own.Prefix.Address == address && (own.Interface ?? instance.Interface).Length > 0)
                {
                    return own.Interface ?? instance.Interface;
                }
            }
        }
        string? there = facts.Addresses.Where(a => a.Prefix.Address == address).Select(static a => a.Interface)
            .FirstOrDefault(static n => n is not ("lo" or "tunl0"));
        return there ?? facts.Routes.GetValueOrDefault(address) switch
        {
            { IsLocal: false, Gateway.IsNone: true, Interface: { Length: > 0 } name } => name,
            _ => null,
        };
    }

    private static ArpAnswers? Ask(LinkInfo link, IpAddress[] addresses)
    {
        var answers = new ArpAnswers();
        try
        {
            using var socket = PacketSocket.OpenArp(link.Index);
            byte[] frame = new byte[ArpFrame.Size];
            foreach (IpAddress address in addresses)
            {
                _ = ArpFrame.WriteRequest(frame, link.Mac, IpAddress.V4(0, 0, 0, 0), address);
                _ = socket.Send(frame, link.Index); // who is not asked does not answer
            }
            byte[] buffer = new byte[ArpFrame.Size];
            MonotonicTime end = MonotonicClock.Now + AnswerTime;
            while (MonotonicClock.Now < end && DescriptorWait.ForRead(socket.Descriptor, end - MonotonicClock.Now))
            {
                if (socket.TryReceive(buffer, out ReceivedFrame info) == Errno.Success && info.Length >= ArpFrame.Size
                    && ArpFrame.TryParse(buffer, out ArpMessage message) && message.SenderMac != link.Mac
                    && addresses.Contains(message.SenderAddress))
                {
                    answers.Add(message.SenderAddress, message.SenderMac);
                }
            }
        }
        catch (LinuxException)
        {
            return null; // no privilege: said by the check of privileges
        }
        return answers;
    }
}
