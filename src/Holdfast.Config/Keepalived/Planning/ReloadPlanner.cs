using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Compares two configurations, and says item by item what a reload from one to the other does.</summary>
/// <remarks>
/// Every property of the model stands in one of the tables of this folder, which a test holds; so "unchanged" means
/// that nothing that the daemon knows of the item is another.
/// </remarks>
public static class ReloadPlanner
{
    /// <summary>Works out the difference. Neither model may have errors.</summary>
    /// <param name="before">What runs.</param>
    /// <param name="now">What a reload would load.</param>
    public static ReloadPlan Plan(KeepalivedModel before, KeepalivedModel now)
    {
        ImmutableArray<PlannedItem>.Builder items = ImmutableArray.CreateBuilder<PlannedItem>();
        items.AddRange(Globals(before, now));
        items.AddRange(Instances(before, now));
        items.AddRange(Named(PlannedSubject.SyncGroup, before.SyncGroups, now.SyncGroups, static g => g.Name,
            TrackerFields.Group, "its members move together", "its members move by themselves from now on"));
        items.AddRange(Named(PlannedSubject.Script, before.Scripts, now.Scripts, static s => s.Name,
            TrackerFields.Script, "runs at once", "does not run any more"));
        items.AddRange(Named(PlannedSubject.TrackFile, before.TrackFiles, now.TrackFiles, static f => f.Name,
            TrackerFields.File, "read at once", "not read any more"));
        items.AddRange(Named(PlannedSubject.TrackProcess, before.TrackProcesses, now.TrackProcesses,
            static p => p.Name, TrackerFields.Process, "watched at once", "not watched any more"));
        ImmutableArray<PlannedChange> entries = GlobalFields.StaticEntries.Compare(before, now);
        if (!entries.IsEmpty)
        {
            items.Add(new(PlannedSubject.StaticEntries, "", PlannedVerdict.Changed, "") { Changes = entries });
        }
        items.AddRange(Named(PlannedSubject.ServerGroup, before.VirtualServerGroups, now.VirtualServerGroups,
            static g => g.Name, ServiceFields.Group, "for the virtual servers that name it",
            "with its virtual servers"));
        items.AddRange(ServicePlanner.Plan(before.VirtualServers, now.VirtualServers));
        return new ReloadPlan(items.DrainToImmutable());
    }

    /// <summary>The identities of all instances of a model, in its order.</summary>
    public static InstanceIdentity[] Identities(KeepalivedModel model)
        => [.. model.Instances.Select(static i => i.Identity)];

    private static IEnumerable<PlannedItem> Globals(KeepalivedModel before, KeepalivedModel now)
    {
        ImmutableArray<PlannedChange> changes = GlobalFields.All.Compare(before, now);
        HashSet<string> fixedNow
            = [.. GlobalFields.All.Fields.Where(static f => f.NeedsRestart).Select(static f => f.Keyword)];
        ImmutableArray<PlannedChange> later = [.. changes.Where(c => fixedNow.Contains(c.Keyword))];
        ImmutableArray<PlannedChange> inPlace = [.. changes.Where(c => !fixedNow.Contains(c.Keyword))];
        if (!inPlace.IsEmpty)
        {
            yield return new(PlannedSubject.Global, "", PlannedVerdict.Changed, "") { Changes = inPlace };
        }
        if (!later.IsEmpty)
        {
            yield return new(PlannedSubject.Global, "", PlannedVerdict.NeedsRestart, "") { Changes = later };
        }
    }

    private static IEnumerable<PlannedItem> Instances(KeepalivedModel before, KeepalivedModel now)
    {
        int[] sources = InstanceIdentity.Match(Identities(before), Identities(now));
        Dictionary<string, VrrpInstanceModel> ended = [];
        for (int index = 0; index < before.Instances.Length; index++)
        {
            if (Array.IndexOf(sources, index) < 0)
            {
                ended[before.Instances[index].Name] = before.Instances[index];
            }
        }
        for (int index = 0; index < sources.Length; index++)
        {
            VrrpInstanceModel instance = now.Instances[index];
            if (sources[index] >= 0)
            {
                yield return GoesOn(before.Instances[sources[index]], instance, before, now);
            }
            else if (ended.Remove(instance.Name, out VrrpInstanceModel? old))
            {
                yield return new(PlannedSubject.Instance, instance.Name, PlannedVerdict.Replaced,
                    $"{Leaving(old)}; the new one begins as Backup")
                {
                    Changes =
                    [
                        .. InstanceFields.Identity.Compare(old, instance),
                        .. InPlace(old, instance, before, now).Select(static c => c with { Effect = "of the new one" }),
                    ],
                };
            }
            else
            {
                yield return new(PlannedSubject.Instance, instance.Name, PlannedVerdict.Added, instance.Priority.IsOwner
                    ? "begins as the owner of its addresses, Active at once" : "begins as Backup");
            }
        }
        foreach (VrrpInstanceModel gone in ended.Values)
        {
            yield return new(PlannedSubject.Instance, gone.Name, PlannedVerdict.Removed, Leaving(gone));
        }
    }

    private static PlannedItem GoesOn(
        VrrpInstanceModel old, VrrpInstanceModel instance, KeepalivedModel before, KeepalivedModel now)
    {
        List<PlannedChange> changes = [.. InPlace(old, instance, before, now)];
        if (old.Name != instance.Name)
        {
            changes.Insert(0, new("vrrp_instance", old.Name, instance.Name, "goes on under its new name"));
        }
        return new(PlannedSubject.Instance, instance.Name,
            changes.Count == 0 ? PlannedVerdict.Unchanged : PlannedVerdict.Changed, "")
        {
            Changes = [.. changes],
            NameBefore = old.Name == instance.Name ? null : old.Name,
        };
    }

    private static ImmutableArray<PlannedChange> InPlace(
        VrrpInstanceModel old, VrrpInstanceModel instance, KeepalivedModel before, KeepalivedModel now)
    {
        string from = GroupOf(before, old.Name);
        string to = GroupOf(now, instance.Name);
        return from == to ? InstanceFields.InPlace.Compare(old, instance)
            : [new("vrrp_sync_group", from.Length > 0 ? from : null, to.Length > 0 ? to : null,
                to.Length > 0 ? "moves with that group from now on" : "moves by itself from now on"),
                .. InstanceFields.InPlace.Compare(old, instance)];
    }

    private static string GroupOf(KeepalivedModel model, string instance)
        => model.SyncGroups.FirstOrDefault(g => g.Members.Contains(instance))?.Name ?? "";

    private static string Leaving(VrrpInstanceModel gone)
    {
        string addresses = gone.Addresses.IsEmpty && gone.ExcludedAddresses.IsEmpty ? ""
            : ", keeps answering until a Backup has announced each of its addresses";
        string who = gone.UnicastPeers.Length == 1 ? gone.UnicastPeers[0].Address.ToString()
            : $"the Backup of VRID {gone.Vrid} with the highest priority";
        return $"where it is Active it resigns to {who}{addresses}";
    }

    private static IEnumerable<PlannedItem> Named<T>(
        PlannedSubject subject, ImmutableArray<T> before, ImmutableArray<T> now, Func<T, string> name,
        FieldTable<T> fields, string added, string removed)
    {
        Dictionary<string, T> left = before.DistinctBy(name).ToDictionary(name);
        foreach (T item in now)
        {
            if (!left.Remove(name(item), out T? old))
            {
                yield return new(subject, name(item), PlannedVerdict.Added, added);
                continue;
            }
            ImmutableArray<PlannedChange> changes = fields.Compare(old, item);
            yield return new(subject, name(item),
                changes.IsEmpty ? PlannedVerdict.Unchanged : PlannedVerdict.Changed, "") { Changes = changes };
        }
        foreach (T gone in left.Values)
        {
            yield return new(subject, name(gone), PlannedVerdict.Removed, removed);
        }
    }
}
