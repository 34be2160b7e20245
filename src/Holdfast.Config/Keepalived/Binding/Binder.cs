using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Turns the tree of keywords into the typed model, with all defaults filled in.</summary>
internal sealed partial class Binder
{
    private readonly Func<HttpRegexModel, string?>? _regexProblem;
    private readonly ConfigNode _root;
    private readonly Findings _findings;
    private readonly ValueReader _values;
    private readonly AddressLines _addresses;
    private readonly RouteLines _routes;
    private readonly RuleLines _rules;
    private readonly ConfigNode _global;
    private readonly NameTable _scripts = new("vrrp_script", FindingCodes.DuplicateTracker);
    private readonly NameTable _files = new("track_file", FindingCodes.DuplicateTracker);
    private readonly NameTable _processes = new("vrrp_track_process", FindingCodes.DuplicateTracker);
    private readonly NameTable _bfd = new("bfd_instance", FindingCodes.DuplicateName);
    private readonly NameTable _instances = new("vrrp_instance", FindingCodes.DuplicateName);
    private readonly NameTable _groups = new("vrrp_sync_group", FindingCodes.DuplicateName);
    private readonly HashSet<string>? _interfaces;
    private SourceSpan? _firstScript;

    public Binder(ConfigNode root, KeepalivedParseOptions options, Findings findings)
    {
        _root = root;
        _findings = findings;
        _values = new ValueReader(findings);
        _addresses = new AddressLines(findings, _values);
        var names = new RouteNames(options.RouteNames);
        _routes = new RouteLines(findings, names);
        _rules = new RuleLines(findings, names);
        _global = MergeGlobal(root);
        _regexProblem = options.RegexProblem;
        _interfaces = options.KnownInterfaces.IsDefault ? null
            : new HashSet<string>(options.KnownInterfaces, StringComparer.Ordinal);
    }

    public KeepalivedModel Bind()
    {
        new SupportReport(_findings).Report(_root);
        CollectNames();
        ImmutableArray<HoldfastOption> options = BindOptions(BlockKind.Global, _root, _global);
        ReportMisplacedOptions(_root);
        GlobalModel global = BindGlobal() with
        {
            AddressLifetimeLimit = AddressLifetimeLimit(options),
            Plane = PlaneOf(options),
        };
        ImmutableArray<VrrpInstanceModel> instances = [.. _instances.InOrder.Select(BindInstance)];
        ImmutableArray<SyncGroupModel> groups = [.. _groups.InOrder.Select(BindSyncGroup)];
        var lvs = new LvsGlobals(_global, _findings, _values);
        global = global with
        {
            Lvs = lvs.Bind(BindCommand, _root.All("virtual_server").Any()) with { Process = BindCheckerProcess() },
        };
        var servers = new ServerBinder(_root, _findings, _values, BindCommand, _files, global.Lvs.LogAllFailures)
        {
            RegexProblem = _regexProblem,
            BindOptions = block => BindOptions(BlockKind.VirtualServer, block),
        };
        ImmutableArray<VirtualServerGroupModel> serverGroups = servers.BindGroups();
        var model = new KeepalivedModel
        {
            Global = global,
            Instances = instances,
            SyncGroups = groups,
            Scripts = [.. _scripts.InOrder.Select(BindScript).OfType<VrrpScriptModel>()],
            TrackFiles = [.. _files.InOrder.Select(BindTrackFile).OfType<TrackFileModel>()],
            TrackProcesses = [.. _processes.InOrder.Select(BindTrackProcess).OfType<TrackProcessModel>()],
            GarpGroups = [.. _root.All("garp_group").Select(BindGarpGroup).OfType<GarpGroupModel>()],
            StaticAddresses = BindStaticAddresses(),
            StaticRoutes = BindRoutes(_root, "static_routes", isStatic: true),
            StaticRules = BindRules(_root, "static_rules", isStatic: true),
            TrackGroups = [.. _root.All("track_group").Select(BindTrackGroup)],
            InterfaceDelays = BindInterfaceDelays(),
            VirtualServerGroups = serverGroups,
            VirtualServers = servers.Bind(serverGroups),
            Ssl = lvs.BindSsl(_root),
            BfdInstanceCount = _bfd.InOrder.Count,
            InstanceName = _root.Last("instance")?.Text,
            NetNamespace = _root.Last("net_namespace")?.Text,
            UsePidDir = _root.IsSet("use_pid_dir"),
            ChildWaitTime = TimeSpan.FromSeconds(_root.Last("child_wait_time")?.Number ?? 5),
            Options = options,
        };
        CheckBfd();
        new DefinitionChecks(model, _findings).Check();
        ReportUnusedTrackers();
        ReportScriptSecurity(global);
        return model;
    }

    private static ConfigNode MergeGlobal(ConfigNode root)
    {
        List<ConfigNode> blocks = [.. root.All("global_defs")];
        if (blocks.Count == 1)
        {
            return blocks[0];
        }
        KeywordSpec spec = KeepalivedSchema.Get(BlockKind.Top).Find("global_defs")!;
        var merged = new ConfigNode(spec, root.Owner, default, []);
        foreach (ConfigNode block in blocks)
        {
            merged.Children.AddRange(block.ChildrenOrEmpty);
            if (block.Options is not null)
            {
                (merged.Options ??= []).AddRange(block.Options);
            }
        }
        return merged;
    }

    private void CollectNames()
    {
        foreach (ConfigNode node in _root.ChildrenOrEmpty)
        {
            NameTable? table = node.Spec.Opens switch
            {
                BlockKind.Script => _scripts,
                BlockKind.TrackFile => _files,
                BlockKind.TrackProcess => _processes,
                BlockKind.Bfd => _bfd,
                BlockKind.Instance => _instances,
                BlockKind.SyncGroup => _groups,
                _ => null,
            };
            if (table is not null && node.IsValid)
            {
                table.Add(node, _findings);
            }
        }
    }

    private ScriptCommand? BindCommand(ConfigNode? node, ConfigNode? user = null)
    {
        if (node is null || node.Arguments.Count == 0)
        {
            return null;
        }
        List<string> arguments = ShellWords.SplitCommand(node.Text);
        if (arguments.Count == 0)
        {
            return null;
        }
        string? name = user?.Text ?? (node.Arguments.Count > 1 ? node.Arguments[1].Text : null);
        string? group = user is not null
            ? (user.Arguments.Count > 1 ? user.Arguments[1].Text : null)
            : node.Arguments.Count > 2 ? node.Arguments[2].Text : null;
        _firstScript ??= node.Span;
        return new ScriptCommand([.. arguments], name, group, node.Span);
    }

    private void CheckBfd()
    {
        foreach (ConfigNode bfd in _root.All("bfd_instance"))
        {
            ConfigNode? neighbor = bfd.Last("neighbor_ip") ?? bfd.Last("neighbour_ip");
            if (neighbor is null)
            {
                _findings.Report(FindingCodes.ServerIncomplete, bfd.Arguments[0],
                    $"bfd_instance '{bfd.Text}' has no neighbor_ip");
            }
            else if (bfd.Last("source_ip") is { } source && source.Address.Family != neighbor.Address.Family)
            {
                _findings.Report(FindingCodes.SourceFamily, source.Arguments[0],
                    $"{source.Address} is of another family than the neighbor {neighbor.Address}");
            }
        }
    }

    private void ReportScriptSecurity(GlobalModel global)
    {
        if (_firstScript is { } span && !global.ScriptSecurity)
        {
            _findings.Report(FindingCodes.ScriptSecurity, span,
                "scripts run without enable_script_security: whoever can write them may become root",
                "add enable_script_security and script_user to global_defs");
        }
    }

    private void ReportUnusedTrackers()
    {
        foreach (NameTable table in (ReadOnlySpan<NameTable>)[_scripts, _files, _processes])
        {
            foreach (ConfigNode node in table.InOrder.Where(n => !table.IsUsed(n.Text)))
            {
                _findings.Report(FindingCodes.ScriptUnused, node.Arguments[0],
                    $"no instance tracks '{node.Text}', so it is not run");
            }
        }
    }

    private void CheckInterface(string name, SourceSpan span, FindingCode code)
    {
        // With dynamic_interfaces an interface may appear later, except where the original insists.
        bool mayAppear = code == FindingCodes.InterfaceUnknown && _global.Last("dynamic_interfaces") is not null;
        if (_interfaces is not null && name.Length > 0 && !_interfaces.Contains(name) && !mayAppear)
        {
            string? near = NearestWord.Find(name, _interfaces);
            _findings.Report(code, span, $"there is no interface '{name}' on this machine",
                near is null ? null : $"did you mean '{near}'?", near);
        }
    }
}
