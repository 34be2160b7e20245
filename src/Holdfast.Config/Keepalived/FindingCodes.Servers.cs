using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>Findings about virtual servers and their checks.</summary>
public static partial class FindingCodes
{
    internal static readonly FindingCode ServerRange = Code("KA0400", Severity.Error, OriginalClass.Silent,
        "A server has a range of addresses, of which the original takes the first");
    internal static readonly FindingCode GroupUnknown = Code("KA0401", Severity.Error, OriginalClass.Silent,
        "A virtual server names a group that is not defined");
    internal static readonly FindingCode GroupTooLarge = Code("KA0402", Severity.Error, OriginalClass.Silent,
        "A group has more addresses than can be served");
    internal static readonly FindingCode GroupFamily = Code("KA0403", Severity.Error, OriginalClass.Silent,
        "A group and its real servers are of different families");
    internal static readonly FindingCode DuplicateService = Code("KA0404", Severity.Warning, OriginalClass.Silent,
        "A virtual server or group stands twice");
    internal static readonly FindingCode ServerDefault = Error("KA0405",
        "A virtual server leaves out what has to be said");
    internal static readonly FindingCode ServerFamily = Error("KA0406", "A server is of the wrong family");
    internal static readonly FindingCode ServerDuplicate = Error("KA0407", "A real server stands twice");
    internal static readonly FindingCode ServerPort = Code("KA0408", Severity.Error, OriginalClass.ConfigError,
        "A port differs that only NAT could change");
    internal static readonly FindingCode SorryServer = Error("KA0409", "A setting of the sorry server cannot work");
    internal static readonly FindingCode SchedulerFlag = Code("KA0410", Severity.Error, OriginalClass.ConfigError,
        "A flag does not belong to the scheduler or protocol");
    internal static readonly FindingCode MarkProtocol = Code("KA0411", Severity.Warning, OriginalClass.ConfigError,
        "A setting has no meaning for a mark");
    internal static readonly FindingCode MaskForm = Code("KA0412", Severity.Error, OriginalClass.Silent,
        "A mask is written so that the original takes it for another");
    internal static readonly FindingCode PersistenceEngine = Code("KA0413", Severity.Error, OriginalClass.Silent,
        "There is no such persistence engine");
    internal static readonly FindingCode Thresholds = Code("KA0414", Severity.Warning, OriginalClass.Silent,
        "The thresholds of a server are in the wrong order");
    internal static readonly FindingCode BindFamily = Error("KA0415",
        "A check is to come from an address of another family");
    internal static readonly FindingCode BindOrder = Code("KA0416", Severity.Note, OriginalClass.ConfigError,
        "The original wants connect_ip before bindto");
    internal static readonly FindingCode LinkLocalCheck = Error("KA0417",
        "A check of a link-local address has no interface");
    internal static readonly FindingCode HexForm = Error("KA0418", "A text is not hexadecimal");
    internal static readonly FindingCode StatusCode = Error("KA0419", "A status code cannot be read");
    internal static readonly FindingCode RegexOption = Code("KA0420", Severity.Error, OriginalClass.Silent,
        "An option of a regex is not known");
    internal static readonly FindingCode RegexMissing = Code("KA0421", Severity.Warning, OriginalClass.Silent,
        "A setting of a regex has no effect");
    internal static readonly FindingCode NameTooLong = Code("KA0422", Severity.Error, OriginalClass.Silent,
        "A domain name is too long");
    internal static readonly FindingCode UdpLength = Error("KA0423", "No reply could have the right length");
    internal static readonly FindingCode SslTwice = Code("KA0424", Severity.Warning, OriginalClass.ConfigError,
        "The SSL block stands twice");
    internal static readonly FindingCode SslUnverified = Code("KA0425", Severity.Note, OriginalClass.Silent,
        "Certificates of servers are not verified");
    internal static readonly FindingCode SyncLine = Error("KA0426", "lvs_sync_daemon cannot be read");
    internal static readonly FindingCode RegexBroken = Error("KA0427", "A regex cannot be compiled");
    internal static readonly FindingCode ServiceQuorum = Code("KA0428", Severity.Warning, OriginalClass.ConfigError,
        "The quorum of a service is lowered to what can be reached and lost");
}
