using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>Every kind of finding about a keepalived.conf. Ids are never used again for something else.</summary>
public static partial class FindingCodes
{
    internal static readonly FindingCode LineTooLong = Error("KA0001", "A line is longer than 1024 bytes");
    internal static readonly FindingCode NulByte = Error("KA0002", "A line holds a NUL byte");
    internal static readonly FindingCode UnclosedQuote =
        Error("KA0003", "A double quote is not closed on its line");
    internal static readonly FindingCode FileUnreadable =
        Code("KA0004", Severity.Error, OriginalClass.CannotRun, "The configuration file cannot be read");
    internal static readonly FindingCode FileEmpty =
        Code("KA0005", Severity.Warning, OriginalClass.Silent, "The configuration holds nothing");
    internal static readonly FindingCode IncludeSkipped =
        Code("KA0010", Severity.Warning, OriginalClass.Silent, "An include has read nothing");
    internal static readonly FindingCode IncludeCheckFailed =
        Code("KA0011", Severity.Error, OriginalClass.Security, "An include that must match has not matched");
    internal static readonly FindingCode IncludeTooDeep = Error("KA0012",
        "Includes are nested too deeply or in a ring");
    internal static readonly FindingCode IncludeCheckWord = Error("KA0013", "An unknown word of include_check");
    internal static readonly FindingCode IncludeDeprecated =
        Code("KA0014", Severity.Note, OriginalClass.Silent, "An include pattern matched nothing");
    internal static readonly FindingCode DefinitionForm = Error("KA0020", "A definition is not written as $NAME=value");
    internal static readonly FindingCode DefinitionTooDeep = Error("KA0021",
        "Definitions refer to one another in a ring");
    internal static readonly FindingCode ExpansionTooLarge = Error("KA0022", "The expanded configuration is too large");
    internal static readonly FindingCode MultiLineUse =
        Error("KA0023", "A multi-line definition is used before the end of a line");
    internal static readonly FindingCode UndefinedName =
        Code("KA0024", Severity.Warning, OriginalClass.Silent, "A name is used that is not defined");
    internal static readonly FindingCode DefinitionUnfinished =
        Error("KA0025", "A multi-line definition is not finished at the end of its file");
    internal static readonly FindingCode SequenceForm = Error("KA0030", "A sequence or list is written wrongly");
    internal static readonly FindingCode SequenceStep = Error("KA0031", "A sequence would never end, or is too long");
    internal static readonly FindingCode ListValues = Error("KA0032", "A list has more values than names");
    internal static readonly FindingCode UnknownOption =
        Code("KA0040", Severity.Error, OriginalClass.Silent, "A #holdfast: option is not known");
    internal static readonly FindingCode OptionValue =
        Code("KA0041", Severity.Error, OriginalClass.Silent, "A #holdfast: option has a wrong value");

    internal static readonly FindingCode UnknownKeyword = Error("KA0100", "A keyword is not known");
    internal static readonly FindingCode MisplacedKeyword = Error("KA0101", "A keyword belongs into another block");
    internal static readonly FindingCode MissingParameter =
        Code("KA0102", Severity.Error, OriginalClass.MissingParameter, "A keyword lacks its parameter");
    internal static readonly FindingCode ExtraWords =
        Code("KA0103", Severity.Warning, OriginalClass.Silent, "Words after the value are ignored");
    internal static readonly FindingCode MissingBrace = Error("KA0104", "A block has no opening brace");
    internal static readonly FindingCode UnexpectedOpen = Error("KA0105", "An opening brace belongs to no block");
    internal static readonly FindingCode UnexpectedClose = Error("KA0106", "A closing brace closes nothing");
    internal static readonly FindingCode UnclosedBlock = Error("KA0107",
        "A block is not closed at the end of the text");
    internal static readonly FindingCode TooDeep = Error("KA0109", "Blocks are nested too deeply");
    internal static readonly FindingCode BadNumber = Error("KA0110", "A number cannot be read");
    internal static readonly FindingCode OutOfRange = Error("KA0111", "A number is out of its range");
    internal static readonly FindingCode BadBoolean = Error("KA0112", "A switch is neither on nor off");
    internal static readonly FindingCode BadWord = Error("KA0113", "A word is not one of those that may stand here");
    internal static readonly FindingCode BadAddress = Error("KA0114", "An address cannot be read");
    internal static readonly FindingCode TooManyDecimals = Error("KA0115", "A number has too many decimals");
    internal static readonly FindingCode Repeated =
        Code("KA0116", Severity.Warning, OriginalClass.Silent, "A keyword stands twice; the last one counts");
    internal static readonly FindingCode Deprecated =
        Code("KA0117", Severity.Warning, OriginalClass.ConfigError, "A keyword is old");
    internal static readonly FindingCode Synonym =
        Code("KA0124", Severity.Note, OriginalClass.Silent, "A keyword has another spelling");
    internal static readonly FindingCode FractionIsNewer =
        Code("KA0125", Severity.Note, OriginalClass.ConfigError, "keepalived 2.2.7 takes whole seconds here");
    internal static readonly FindingCode MissingLenient = Error("KA0126", "A keyword lacks its parameter (skipped)");
    internal static readonly FindingCode MissingSilent =
        Code("KA0127", Severity.Error, OriginalClass.Silent, "A keyword lacks its parameter (the original is silent)");
    internal static readonly FindingCode PrefixIgnored =
        Code("KA0128", Severity.Warning, OriginalClass.Silent, "A prefix length has no effect here");
    internal static readonly FindingCode BlockWords =
        Error("KA0129", "Words stand between the keyword of a list and its brace");
    internal static readonly FindingCode UselessArgument =
        Code("KA0118", Severity.Error, OriginalClass.Silent, "A switch that takes no argument has one that says no");
    internal static readonly FindingCode BadText = Error("KA0119", "A text is too long or has a form that cannot work");
    internal static readonly FindingCode NotYetKeyword =
        Code("KA0120", Severity.Error, OriginalClass.Silent, "A keyword is known and not supported yet");
    internal static readonly FindingCode NotYetCosmetic =
        Code("KA0121", Severity.Warning, OriginalClass.Silent, "A keyword is known and has no effect yet");
    internal static readonly FindingCode NotYetBlock =
        Code("KA0122", Severity.Error, OriginalClass.Silent, "A block is known and not supported yet");
    internal static readonly FindingCode NewerThanOriginal =
        Code("KA0123", Severity.Note, OriginalClass.ConfigError, "A keyword is newer than keepalived 2.2.7");

    internal static readonly FindingCode AddressLine = Error("KA0200", "An address line cannot be read");
    internal static readonly FindingCode RouteLine = Error("KA0201", "A route cannot be read");
    internal static readonly FindingCode RuleLine = Error("KA0202", "A rule cannot be read");
    internal static readonly FindingCode RouteUntracked =
        Code("KA0203", Severity.Warning, OriginalClass.ConfigError, "A route without an interface cannot be tracked");
    internal static readonly FindingCode RuleNoPriority =
        Code("KA0204", Severity.Warning, OriginalClass.ConfigError, "A rule has no preference");
    internal static readonly FindingCode PeerLine = Error("KA0205", "A peer cannot be read");
    internal static readonly FindingCode TrackerLine = Error("KA0206", "A tracker reference cannot be read");
    internal static readonly FindingCode TrackerUnknown = Error("KA0207", "A tracker is not defined anywhere");
    internal static readonly FindingCode TrackerForward =
        Code("KA0208", Severity.Note, OriginalClass.ConfigError, "A tracker is defined further down");
    internal static readonly FindingCode TrackerTwice =
        Code("KA0209", Severity.Warning, OriginalClass.ConfigError, "A tracker is named twice");
    internal static readonly FindingCode ScriptLine = Error("KA0210", "A script has no command");
    internal static readonly FindingCode ScriptSecurity = Code("KA0211", Severity.Warning, OriginalClass.Security,
        "Scripts run without enable_script_security");
    internal static readonly FindingCode ScriptUnused =
        Code("KA0212", Severity.Note, OriginalClass.Silent, "A tracker is defined and used by no instance");
    internal static readonly FindingCode ValueLine = Error("KA0213", "A line of a list cannot be read");
    internal static readonly FindingCode ServerLine = Error("KA0214", "A virtual or real server cannot be read");

    internal static readonly FindingCode NotForIpv6 =
        Code("KA0215", Severity.Warning, OriginalClass.ConfigError, "An option has no effect with IPv6");
    internal static readonly FindingCode ForeignProtocol = Code("KA0216", Severity.Warning,
        OriginalClass.ConfigError, "A route or rule of another protocol cannot be tracked");
    internal static readonly FindingCode ManualWord = Code("KA0217", Severity.Warning, OriginalClass.ConfigError,
        "A word of the original's manual page that its parser refuses");
    internal static readonly FindingCode UnicastGroup = Code("KA0337", Severity.Warning, OriginalClass.ConfigError,
        "A multicast group has no effect with unicast");
    internal static readonly FindingCode VmacCombination = Error("KA0338", "VMAC settings contradict one another");
    internal static readonly FindingCode TrackGroupMember = Code("KA0339", Severity.Error, OriginalClass.Silent,
        "A track_group names an instance that is not defined");
    internal static readonly FindingCode DuplicateTracker = Code("KA0340", Severity.Error, OriginalClass.Silent,
        "The name of a tracker is used twice");
    internal static readonly FindingCode QuorumOrder = Error("KA0341", "A quorum cannot be reached, or never be lost");
    internal static readonly FindingCode VrfAndInterface =
        Code("KA0342", Severity.Warning, OriginalClass.ConfigError, "vrf is for unicast without an interface");
    internal static readonly FindingCode GroupWeightProcess = Code("KA0343", Severity.Warning, OriginalClass.Silent,
        "Weights of processes tracked by members of a sync group are ignored");
    internal static readonly FindingCode DelayTooLong = Code("KA0344", Severity.Warning, OriginalClass.Silent,
        "A link delay is longer than the adverts that may be lost");
    internal static readonly FindingCode DuplicateName = Error("KA0300", "A name is used twice");
    internal static readonly FindingCode VridMissing = Error("KA0301", "virtual_router_id is missing");
    internal static readonly FindingCode DuplicateVrid = Error("KA0302", "A VRID is used twice on one interface");
    internal static readonly FindingCode OverlappingAddress =
        Code("KA0303", Severity.Warning, OriginalClass.Silent, "Two instances hold one address");
    internal static readonly FindingCode DuplicateAddress = Code("KA0304", Severity.Warning, OriginalClass.ConfigError,
        "An address stands twice in one instance");
    internal static readonly FindingCode InterfaceMissing = Error("KA0305", "An instance has no interface");
    internal static readonly FindingCode MixedFamilies = Error("KA0306", "Addresses of two families in one instance");
    internal static readonly FindingCode NoAddresses = Error("KA0307", "An instance has no address");
    internal static readonly FindingCode NoPreemptMaster = Code("KA0308", Severity.Error, OriginalClass.ConfigError,
        "nopreempt contradicts state MASTER");
    internal static readonly FindingCode NoPreemptOwner = Code("KA0309", Severity.Error, OriginalClass.ConfigError,
        "nopreempt contradicts priority 255");
    internal static readonly FindingCode PreemptDelay = Code("KA0310", Severity.Warning, OriginalClass.ConfigError,
        "preempt_delay has no effect here");
    internal static readonly FindingCode OwnerState = Code("KA0311", Severity.Warning, OriginalClass.ConfigError,
        "The state contradicts priority 255");
    internal static readonly FindingCode AdvertIntervalRounded = Error("KA0312", "advert_int does not fit the version");
    internal static readonly FindingCode PasswordTooLong = Error("KA0313", "auth_pass is longer than eight bytes");
    internal static readonly FindingCode AuthIncomplete = Error("KA0314", "Authentication is incomplete");
    internal static readonly FindingCode AuthVersion = Error("KA0315", "Authentication does not exist in VRRPv3");
    internal static readonly FindingCode UnicastNoPeers = Error("KA0316", "A unicast keyword without unicast peers");
    internal static readonly FindingCode UnicastUnchecked = Code("KA0317", Severity.Warning, OriginalClass.Silent,
        "Unicast adverts are accepted from any host");
    internal static readonly FindingCode SourceFamily = Error("KA0318", "A source address is of the wrong family");
    internal static readonly FindingCode MulticastGroup = Error("KA0319",
        "A multicast group is none, or of the wrong family");
    internal static readonly FindingCode VersionFamily =
        Code("KA0320", Severity.Warning, OriginalClass.Silent, "VRRPv2 knows no IPv6");
    internal static readonly FindingCode OwnInterfaceTracked = Code("KA0321", Severity.Warning,
        OriginalClass.ConfigError,
        "The own interface is tracked");
    internal static readonly FindingCode OwnerWeight = Code("KA0322", Severity.Warning, OriginalClass.ConfigError,
        "A weight cannot change priority 255");
    internal static readonly FindingCode GroupWeight = Code("KA0323", Severity.Warning, OriginalClass.ConfigError,
        "Weights of members of a sync group are ignored");
    internal static readonly FindingCode GroupMember = Error("KA0324", "A group names an instance that is not defined");
    internal static readonly FindingCode GroupSize = Code("KA0325", Severity.Warning, OriginalClass.ConfigError,
        "A sync group has fewer than two members");
    internal static readonly FindingCode InTwoGroups = Error("KA0326", "An instance is in two sync groups");
    internal static readonly FindingCode EveryNodeFaults = Code("KA0327", Severity.Warning, OriginalClass.Silent,
        "A tracker would put every node into FAULT");
    internal static readonly FindingCode Strict = Error("KA0328", "strict mode forbids it");
    internal static readonly FindingCode InterfaceUnknown = Code("KA0329", Severity.Warning, OriginalClass.ConfigError,
        "An interface does not exist on this machine");
    internal static readonly FindingCode DelayInterfaceUnknown = Code("KA0330", Severity.Warning,
        OriginalClass.CannotRun, "An interface of interface_up_down_delays does not exist on this machine");
    internal static readonly FindingCode SourceNotLinkLocal = Code("KA0331", Severity.Warning, OriginalClass.Silent,
        "The first IPv6 address is not link-local");
    internal static readonly FindingCode ExtraIf = Error("KA0332", "A garp_group names no interface, or one twice");
    internal static readonly FindingCode TooManyAddresses = Error("KA0333", "More addresses than an advert can carry");
    internal static readonly FindingCode StateTimeout = Code("KA0334", Severity.Warning, OriginalClass.Silent,
        "A script may run longer than its interval");
    internal static readonly FindingCode DefaultPriority = Code("KA0335", Severity.Note, OriginalClass.Silent,
        "state MASTER without a priority means priority 255");
    internal static readonly FindingCode ServerIncomplete = Error("KA0336", "A virtual server is incomplete");

    internal static readonly FindingCode KeptFirst = Code("KA0130", Severity.Warning, OriginalClass.ConfigError,
        "A keyword stands twice; the first one counts");
    internal static readonly FindingCode RepeatedWarned = Code("KA0131", Severity.Warning, OriginalClass.ConfigError,
        "A keyword stands twice; the last one counts, and the original says so");

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyList<FindingCode> All => LineTooLong is null ? [] : Registry.All; // any code makes them all

    /// <summary>The kind of a finding; null for an id that is none of ours.</summary>
    public static FindingCode? Find(string id) => LineTooLong is null ? null : Registry.ById.GetValueOrDefault(id);

    private static FindingCode Error(string id, string title)
        => Code(id, Severity.Error, OriginalClass.ConfigError, title);

    private static FindingCode Code(string id, Severity severity, OriginalClass original, string title)
    {
        var code = new FindingCode(id, severity, original, title);
        Registry.All.Add(code);
        Registry.ById.Add(id, code);
        return code;
    }

    /// <summary>A class of its own, so that it is there before the first code, in whichever file that stands.</summary>
    private static class Registry
    {
        internal static readonly List<FindingCode> All = [];
        internal static readonly Dictionary<string, FindingCode> ById = new(StringComparer.Ordinal);
    }
}
