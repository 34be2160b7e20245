using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Vrrp.Dumps;

/// <summary>The files that keepalived writes on USR1, USR2 and RTMIN+2, which monitoring parses.</summary>
internal static class VrrpDump
{
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Writes one dump to the original's place, or where <c>*_dump_file</c> says.</summary>
    public static void Write(VrrpNode node, DumpKind kind, Action<string> warn)
    {
        GlobalModel global = node.Plan.Model.Global;
        (string path, byte[] content) = kind switch
        {
            DumpKind.Json => (global.JsonDumpFile ?? "/tmp/keepalived.json", JsonDump.Write(node)),
            DumpKind.Data => (global.StateDumpFile ?? "/tmp/keepalived.data", Text(DataDump.Write(node))),
            _ => (global.StatsDumpFile ?? "/tmp/keepalived.stats", Text(StatisticsDump.Write(node))),
        };
        if (global.DataUseInstance && node.Plan.Model.InstanceName is { } name)
        {
            path = Path.Combine(
                Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + "." + name
                + Path.GetExtension(path));
        }
        Errno errno = FileNames.WriteAtomically(path, content, OwnerOnly);
        if (errno != Errno.Success)
        {
            warn($"cannot write {path}: {errno}");
        }
        if (kind == DumpKind.StatisticsThenClear)
        {
            foreach (VrrpInstance instance in node.Instances)
            {
                instance.Counters.Clear();
            }
        }
    }

    /// <summary>Writes the data dump before or after a reload for <c>config_save_dir</c>, if there is one.</summary>
    public static void Save(VrrpNode node, string? directory, uint generation, string when, Action<string> warn)
    {
        if (directory is not null)
        {
            string path = Path.Combine(directory, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"keepalived_vrrp.{Environment.ProcessId}.{generation - 1}.{when}"));
            Errno errno = FileNames.WriteAtomically(path, Text(DataDump.Write(node)), OwnerOnly);
            if (errno != Errno.Success)
            {
                warn($"cannot write {path}: {errno}");
            }
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
