using System.Collections.Immutable;
using System.CommandLine;
using Holdfast.Layer4.RealServers;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Commands;

/// <summary><c>holdfast realserver VIP…</c>: what this host needs to be a real server of LVS, shown or done.</summary>
internal static class RealServerCommand
{
    private const string StateFile = "realserver.json";
    private const int Failed = 1;
    private const int Usage = 2;

    internal static Command Create()
    {
        var addresses = new Argument<string[]>("vip")
        {
            Description = "Virtual addresses; with --undo none means all that were added",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var tunnel = new Option<bool>("--tunnel") { Description = "For lvs_method TUN (IP in IP), not DR" };
        Option<string> link = Interface();
        Option<bool> decap = Decapsulation();
        Option<string[]> from = Directors();
        Option<ushort> guePort = GuePort();
        var apply = new Option<bool>("--apply") { Description = "Do it; otherwise it is only shown" };
        var undo = new Option<bool>("--undo") { Description = "Take back what --apply has done, and nothing else" };
        var dry = new Option<bool>("--dry-run") { Description = "Show only, also with --undo" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        runDirectory.Description = "Directory that remembers what was done";
        var command = new Command(
            "realserver",
            "Make this host a real server of LVS (DR or tunnel); exit code 0 done or shown, 1 not, 2 usage")
        {
            addresses, tunnel, decap, link, from, guePort, apply, undo, dry, json, runDirectory,
        };
        command.SetAction(result =>
        {
            bool isUndo = result.GetValue(undo);
            if (result.GetValue(apply) && (isUndo || result.GetValue(dry)))
            {
                return Complain("--apply goes with neither --undo nor --dry-run");
            }
            if (result.GetValue(tunnel) && result.GetResult(link) is { Implicit: false })
            {
                return Complain("with --tunnel the addresses go to tunl0 and ip6tnl0, not to --interface");
            }
            bool isDecap = result.GetValue(decap);
            if (isDecap ? result.GetValue(tunnel)
                : result.GetValue(from) is { Length: > 0 } || result.GetResult(guePort) is { Implicit: false })
            {
                return Complain(isDecap ? "--decap is instead of --tunnel" : "--from and --gue-port go with --decap");
            }
            if (!TryReadDirectors(result.GetValue(from) ?? [], out ImmutableArray<IpPrefix> directors))
            {
                return Usage;
            }
            if (!TryRead(result.GetValue(addresses)!, isUndo, out ImmutableArray<IpAddress> vips))
            {
                return Usage;
            }
            var request = new RealServerRequest
            {
                Addresses = vips,
                Tunnel = result.GetValue(tunnel),
                Interface = isDecap ? RealServerRequest.Loopback : result.GetValue(link)!,
                Decapsulate = isDecap,
                Entrances = isDecap && result.GetResult(link) is { Implicit: false }
                    ? [.. result.GetValue(link)!.Split(',', StringSplitOptions.RemoveEmptyEntries)] : [],
                Directors = directors,
                GuePort = result.GetValue(guePort),
            };
            string file = Path.Combine(result.GetValue(runDirectory)!, StateFile);
            var view = new RealServerView(result.GetValue(json));
            return Run(file, view, isUndo, isUndo ? !result.GetValue(dry) : result.GetValue(apply), request);
        });
        return command;
    }

    private static Option<string> Interface() => new("--interface")
    {
        Description = "Where the addresses go: lo, or a dummy interface; with --decap the interfaces at which "
            + "tunnels end, with commas (default: all Ethernet interfaces that are up and have an address)",
        DefaultValueFactory = static _ => RealServerRequest.Loopback,
    };

    private static Option<bool> Decapsulation() => new("--decap")
    {
        Description = "For lvs_method TUN without a tunnel device: an XDP program takes packets out of IP in IP, "
            + "GUE and GRE",
    };

    private static Option<string[]> Directors() => new("--from")
    {
        Description = "With --decap: addresses or networks of the directors; what others send is dropped",
    };

    private static Option<ushort> GuePort() => new("--gue-port")
    {
        Description = "With --decap: UDP port of GUE; 0 none",
        DefaultValueFactory = static _ => RealServerRequest.DefaultGuePort,
    };

    private static int Run(string file, RealServerView view, bool isUndo, bool isDone, RealServerRequest request)
    {
        try
        {
            using RouteNetlink netlink = RouteNetlink.Open();
            var host = new RealServerHost(netlink, file);
            RealServerState state = host.Load(out string? problem);
            if (problem is not null)
            {
                Console.Error.WriteLine(problem);
                return Failed;
            }
            RealServerFacts.Read(netlink, out RealServerFacts facts).ThrowIfFailed("read interfaces and addresses");
            return isUndo ? Undo(host, state, request, facts, !isDone, view)
                : Make(host, state, request, facts, isDone, view);
        }
        catch (LinuxException e)
        {
            Console.Error.WriteLine(e.Message);
            return Failed;
        }
    }

    private static int Make(RealServerHost host, RealServerState state, RealServerRequest request,
        RealServerFacts facts, bool apply, RealServerView view)
    {
        RealServerPlan plan = RealServerPlan.For(request, facts);
        RealServerStep? failed = null;
        NetlinkResult result = default;
        bool isDone = apply && plan.Problems.IsEmpty;
        if (isDone)
        {
            result = host.Apply(plan, state, out failed);
        }
        view.Print(request, plan, facts.Decapsulation, isDone, failed, result);
        return plan.Problems.IsEmpty && result.IsSuccess ? 0 : Failed;
    }

    private static int Undo(RealServerHost host, RealServerState state, RealServerRequest request,
        RealServerFacts facts, bool dry, RealServerView view)
    {
        RealServerUndo undo = RealServerUndo.For(state, request.Addresses, facts);
        RealServerStep? failed = null;
        NetlinkResult result = default;
        if (!dry)
        {
            result = host.Undo(undo, out failed);
        }
        view.Print(undo, !dry, failed, result);
        return undo.Problems.IsEmpty && result.IsSuccess ? 0 : Failed;
    }

    private static bool TryRead(string[] texts, bool mayBeNone, out ImmutableArray<IpAddress> addresses)
    {
        addresses = [];
        if (texts.Length == 0 && !mayBeNone)
        {
            _ = Complain("a virtual address is missing, as in: holdfast realserver 192.0.2.10");
            return false;
        }
        foreach (string text in texts)
        {
            // Many write the address as their director's file has it.
            string bare = text.EndsWith("/32", StringComparison.Ordinal) ? text[..^3]
                : text.EndsWith("/128", StringComparison.Ordinal) ? text[..^4] : text;
            if (!IpAddress.TryParse(bare, out IpAddress address))
            {
                _ = Complain($"{text}: not an address");
                return false;
            }
            if (RealServerRequest.WhyUnusable(address) is { } why)
            {
                _ = Complain($"{text}: {why}");
                return false;
            }
            addresses = addresses.Contains(address) ? addresses : addresses.Add(address);
        }
        return true;
    }

    private static bool TryReadDirectors(string[] texts, out ImmutableArray<IpPrefix> directors)
    {
        var found = ImmutableArray.CreateBuilder<IpPrefix>();
        foreach (string text in texts.SelectMany(static t => t.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (IpAddress.TryParse(text, out IpAddress address))
            {
                found.Add(IpPrefix.Host(address));
            }
            else if (IpPrefix.TryParse(text, out IpPrefix prefix))
            {
                found.Add(prefix);
            }
            else
            {
                _ = Complain($"{text}: neither an address nor a network");
                directors = [];
                return false;
            }
        }
        directors = [.. found.Distinct()];
        return true;
    }

    private static int Complain(string text)
    {
        Console.Error.WriteLine(text);
        return Usage;
    }
}
