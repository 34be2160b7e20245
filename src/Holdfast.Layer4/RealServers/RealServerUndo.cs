using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers;

/// <summary>What has to be taken back, and what stays because it is no longer as we left it.</summary>
/// <remarks>
/// Pure. Addresses go before the settings that keep them quiet. Settings go back when no IPv4 address of ours is left,
/// an interface when no address of ours is left on it.
/// </remarks>
public sealed record RealServerUndo
{
    /// <summary>What is taken back, in this order.</summary>
    public ImmutableArray<RealServerStep> Steps { get; init; } = [];

    /// <summary>What was asked for and is not ours.</summary>
    public ImmutableArray<RealServerRemark> Problems { get; init; } = [];

    /// <summary>What is forgotten without being touched, because somebody has changed it since.</summary>
    public ImmutableArray<RealServerRemark> Notes { get; init; } = [];

    /// <summary>What is still ours when all of it is done.</summary>
    public RealServerState Rest { get; init; } = new();

    /// <summary>Compares what was done with what is asked for and what is there.</summary>
    /// <param name="state">What was done.</param>
    /// <param name="addresses">Virtual addresses to take back; none: everything.</param>
    /// <param name="facts">What is there.</param>
    public static RealServerUndo For(
        RealServerState state, ImmutableArray<IpAddress> addresses, RealServerFacts facts)
    {
        List<RealServerStep> steps = [];
        List<RealServerRemark> notes = [];
        ImmutableArray<AddedAddress> leaving = [.. state.Addresses.Where(
            a => addresses.IsEmpty || addresses.Contains(a.Prefix.Address))];
        ImmutableArray<AddedAddress> staying = [.. state.Addresses.Except(leaving)];
        foreach (AddedAddress address in leaving)
        {
            Take(address, facts, steps, notes);
        }
        ImmutableArray<IpAddress> refused = [.. state.Decapsulated.Where(
            a => addresses.IsEmpty || addresses.Contains(a))];
        ImmutableArray<string> left = refused.Length == state.Decapsulated.Length ? state.Entrances : [];
        Take(refused, left, facts, steps);
        bool isLast = !staying.Any(static a => a.Prefix.Address.IsV4);
        foreach (ChangedSetting setting in isLast ? state.Settings.Reverse() : [])
        {
            Take(setting, facts, steps, notes);
        }
        RaisedLink[] links = [.. state.Links.Where(l => l.Name == RealServerRequest.Loopback
            ? staying.IsEmpty : staying.All(a => a.Interface != l.Name))];
        foreach (RaisedLink link in links.Reverse().Where(l => facts.Links.ContainsKey(l.Name)))
        {
            steps.Add(new(link.IsMade ? RealServerVerb.DeleteLink : RealServerVerb.LinkDown, link.Name,
                link.IsMade ? "it was made for this" : "it was down before"));
        }
        return new()
        {
            Steps = [.. steps],
            Notes = [.. notes],
            Problems = [.. addresses.Where(a => leaving.All(l => l.Prefix.Address != a)).Select(static a
                => new RealServerRemark($"{a} was not added by this command, so it stays as it is"))],
            Rest = state with
            {
                Addresses = staying,
                Decapsulated = [.. state.Decapsulated.Except(refused)],
                Entrances = [.. state.Entrances.Except(left)],
                Settings = isLast ? [] : state.Settings,
                Links = [.. state.Links.Except(links)],
            },
        };
    }

    // With the last interface everything of the program goes.
    private static void Take(ImmutableArray<IpAddress> refused, ImmutableArray<string> left, RealServerFacts facts,
        List<RealServerStep> steps)
    {
        // A step that failed has left tables without an attachment: they go the same way.
        if (facts.Decapsulation is not { } now)
        {
            return; // somebody has removed it already
        }
        steps.AddRange(left.Where(l => facts.Indices.ContainsKey(l))
            .Select(static l => new RealServerStep(RealServerVerb.Detach, l, "it was attached by this command")));
        if (left.IsEmpty)
        {
            steps.AddRange(refused.Where(now.Addresses.Contains).Select(static a
                => new RealServerStep(RealServerVerb.RefuseTunnel, RealServerRequest.Loopback,
                    "it was added by this command") { Prefix = IpPrefix.Host(a) }));
        }
    }

    private static void Take(
        AddedAddress address, RealServerFacts facts, List<RealServerStep> steps, List<RealServerRemark> notes)
    {
        HostAddress[] there = [.. facts.Addresses.Where(
            a => a.Prefix == address.Prefix && a.Interface == address.Interface)];
        if (there.Length == 0)
        {
            notes.Add(new($"{address.Prefix} is gone from {address.Interface} already"));
        }
        else if (there[0].Mark != address.Mark)
        {
            notes.Add(new($"{address.Prefix} on {address.Interface} is somebody else's now, so it stays"));
        }
        else
        {
            steps.Add(new(RealServerVerb.RemoveAddress, address.Interface, "it was added by this command")
            {
                Prefix = address.Prefix,
            });
        }
    }

    private static void Take(
        ChangedSetting setting, RealServerFacts facts, List<RealServerStep> steps, List<RealServerRemark> notes)
    {
        int? now = facts.Setting(setting.Path);
        if (now == setting.Before || now is null)
        {
            return;
        }
        if (now != setting.Now)
        {
            notes.Add(new(string.Create(CultureInfo.InvariantCulture,
                $"{setting.Path} is {now}, not {setting.Now} as it was left: somebody has changed it, so it stays")));
            return;
        }
        steps.Add(new(RealServerVerb.Write, setting.Path, "as it was before")
        {
            From = now,
            To = setting.Before,
        });
    }
}
