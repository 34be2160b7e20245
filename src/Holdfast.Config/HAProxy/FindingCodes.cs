using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy;

/// <summary>Every kind of finding about a haproxy.cfg. Ids are never used again for something else.</summary>
public static class FindingCodes
{
    internal static readonly FindingCode FileUnreadable = Error("HA0001", "A configuration file cannot be read");
    internal static readonly FindingCode MissingLineFeed = Error("HA0002", "The last line lacks its line feed");
    internal static readonly FindingCode NulByte = Error("HA0003", "A line holds a NUL byte");
    internal static readonly FindingCode BadSpelling =
        Error("HA0004", "A quote, escape or variable is not written correctly");
    internal static readonly FindingCode TooManyWords = Error("HA0005", "A line has more than 64 words");
    internal static readonly FindingCode EmptyWord = Warning("HA0006", "An empty word cuts a line");
    internal static readonly FindingCode TooManyErrors = Error("HA0007", "More than 50 errors in one file");
    internal static readonly FindingCode ConditionBlock = Error("HA0010", "A conditional block is not well formed");
    internal static readonly FindingCode BadCondition = Error("HA0011", "A condition cannot be read");
    internal static readonly FindingCode BadMessage = Error("HA0012", "A message line needs exactly one argument");
    internal static readonly FindingCode UnknownDirective = Error("HA0013", "A directive is not known");
    internal static readonly FindingCode UserAlert = Error("HA0014", "The file's own .alert");
    internal static readonly FindingCode UserWarning = Warning("HA0015", "The file's own .warning");
    internal static readonly FindingCode UserNotice = Note("HA0016", "The file's own .notice or .diag");
    internal static readonly FindingCode BadPrefix = Error("HA0017", "'no' or 'default' before a word that has none");
    internal static readonly FindingCode OutOfSection = Error("HA0018", "A keyword stands before any section");

    internal static readonly FindingCode UnknownKeyword = Error("HA0100", "A keyword is not known");
    internal static readonly FindingCode MisplacedKeyword = Error("HA0101", "A keyword belongs into another section");
    internal static readonly FindingCode IgnoredKeyword =
        Warning("HA0102", "A keyword has no effect in this kind of section");
    internal static readonly FindingCode MissingArgument = Error("HA0103", "A keyword lacks an argument");
    internal static readonly FindingCode ExtraArgument = Error("HA0104", "A keyword has too many arguments");
    internal static readonly FindingCode BadTime = Error("HA0105", "A time cannot be read");
    internal static readonly FindingCode SloppyTime = Warning("HA0106", "Letters follow the unit of a time");
    internal static readonly FindingCode BadNumber = Error("HA0107", "A number cannot be read or is out of range");
    internal static readonly FindingCode SloppyNumber = Warning("HA0108", "Text behind a number is ignored");
    internal static readonly FindingCode BadWord = Error("HA0109", "A word is not one of those that may stand here");
    internal static readonly FindingCode BadAddress = Error("HA0110", "An address cannot be read");
    internal static readonly FindingCode BadName = Error("HA0111", "A name has a character that may not be in it");
    internal static readonly FindingCode BadRegex = Error("HA0112", "A regular expression cannot be read");

    internal static readonly FindingCode BadExpression = Error("HA0120", "A sample expression cannot be read");
    internal static readonly FindingCode UnknownFetch = Error("HA0121", "A sample fetch is not known");
    internal static readonly FindingCode UnknownConverter = Error("HA0122", "A converter is not known");
    internal static readonly FindingCode TypeMismatch = Error("HA0123", "Types of an expression do not fit");
    internal static readonly FindingCode NotHere =
        Error("HA0124", "An expression needs what is not there when the rule runs");
    internal static readonly FindingCode BadAcl = Error("HA0125", "An ACL cannot be read");
    internal static readonly FindingCode UnknownAcl = Error("HA0126", "A condition names an unknown ACL");
    internal static readonly FindingCode BadRuleCondition = Error("HA0127", "A rule's condition cannot be read");
    internal static readonly FindingCode BadLogFormat = Error("HA0128", "A log format cannot be read");
    internal static readonly FindingCode BadRule = Error("HA0129", "A rule cannot be read");
    internal static readonly FindingCode NeverMatches =
        Warning("HA0130", "An expression never gives a value where it stands");

    internal static readonly FindingCode NotYet = Error("HA0150",
        "Known, not supported yet, and not safe to leave out");
    internal static readonly FindingCode NotYetSecurity =
        Error("HA0151", "Known, not supported yet, and security would be lost without it");

    /// <summary>A word that is known and without effect.</summary>
    public static readonly FindingCode NotYetCosmetic =
        Warning("HA0152", "Known and without effect; nothing but looks or speed is lost");

    internal static readonly FindingCode Planned =
        Note("HA0153", "Words that the proxy does not carry out yet, counted");
    /// <summary>A file that is to be run asks for what the proxy does not carry out yet.</summary>
    public static readonly FindingCode PlannedRun =
        Error("HA0154", "A word that the proxy does not carry out yet, in a file that is to be run");
    internal static readonly FindingCode Removed = Warning("HA0160", "Old syntax; the modern form is shown");
    internal static readonly FindingCode RemovedLost = Error("HA0161",
        "Syntax that was removed and cannot be carried out");

    internal static readonly FindingCode DuplicateName = Error("HA0200", "A name is used twice");
    internal static readonly FindingCode DuplicateServer = Warning("HA0201", "A server's name is used twice");
    internal static readonly FindingCode UnknownBackend = Error("HA0202", "A backend is not defined");
    internal static readonly FindingCode UnknownServer = Error("HA0203", "A server is not defined");
    internal static readonly FindingCode UnknownDefaults = Error("HA0204", "A defaults section is not defined");
    internal static readonly FindingCode UnknownTable = Error("HA0205", "A stick table is not defined");
    internal static readonly FindingCode UnknownUserlist = Error("HA0206", "A userlist is not defined");
    internal static readonly FindingCode UnknownReference = Error("HA0207", "A section that is named is not defined");
    internal static readonly FindingCode MissingTimeouts = Warning("HA0210", "A proxy has no timeouts");
    internal static readonly FindingCode WrongMode = Warning("HA0211", "An HTTP option in a proxy of TCP");
    internal static readonly FindingCode WrongModeError = Error("HA0212", "HTTP words in a proxy of TCP");
    internal static readonly FindingCode RuleAfterFinal =
        Warning("HA0213", "A rule stands behind one that always ends the list");
    internal static readonly FindingCode RuleOrder =
        Warning("HA0214", "A rule stands behind one that is evaluated later");
    internal static readonly FindingCode NoListener = Note("HA0215", "Nothing listens: the original would not start");
    internal static readonly FindingCode RulesInAnonymousDefaults =
        Error("HA0216", "Rules stand in a defaults section without name");
    internal static readonly FindingCode BadInheritance = Error("HA0217", "A proxy cannot inherit from this defaults");
    internal static readonly FindingCode FrontendWithoutBind = Warning("HA0218", "A proxy has nothing to listen on");
    internal static readonly FindingCode NoServers = Warning("HA0219", "A proxy can never serve a request");
    internal static readonly FindingCode Conflict = Error("HA0220", "Two settings cannot be together");
    internal static readonly FindingCode Overwritten = Warning("HA0221", "A setting is given twice; one counts");
    internal static readonly FindingCode ModesDiffer = Error("HA0222", "Frontend and backend have different modes");

    /// <summary>A certificate, a key, or a setting of TLS does not work.</summary>
    public static readonly FindingCode TlsUnusable =
        Error("HA0230", "A certificate, a key or a setting of TLS cannot be used");
    internal static readonly FindingCode OnlyHttp1 =
        Note("HA0231", "A protocol by ALPN that is not spoken, and so not offered");

    /// <summary>All of them, by id.</summary>
    public static ImmutableArray<FindingCode> All { get; } =
    [
        FileUnreadable, MissingLineFeed, NulByte, BadSpelling, TooManyWords, EmptyWord, TooManyErrors, ConditionBlock,
        BadCondition, BadMessage, UnknownDirective, UserAlert, UserWarning, UserNotice, BadPrefix, OutOfSection,
        UnknownKeyword, MisplacedKeyword, IgnoredKeyword, MissingArgument, ExtraArgument, BadTime, SloppyTime,
        BadNumber, SloppyNumber, BadWord, BadAddress, BadName, BadRegex, BadExpression, UnknownFetch, UnknownConverter,
        TypeMismatch, NotHere, BadAcl, UnknownAcl, BadRuleCondition, BadLogFormat, BadRule, NeverMatches, NotYet,
        NotYetSecurity, NotYetCosmetic, Planned, PlannedRun, Removed, RemovedLost, DuplicateName, DuplicateServer,
        UnknownBackend, UnknownServer, UnknownDefaults, UnknownTable, UnknownUserlist, UnknownReference,
        MissingTimeouts, WrongMode, WrongModeError, RuleAfterFinal, RuleOrder, NoListener, RulesInAnonymousDefaults,
        BadInheritance, FrontendWithoutBind, NoServers, Conflict, Overwritten, ModesDiffer,
        TlsUnusable, OnlyHttp1,
    ];

    private static FindingCode Error(string id, string title) => new(id, Severity.Error, title);

    private static FindingCode Warning(string id, string title) => new(id, Severity.Warning, title);

    private static FindingCode Note(string id, string title) => new(id, Severity.Note, title);
}
