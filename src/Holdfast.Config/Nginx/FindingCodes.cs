using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx;

/// <summary>A kind of finding about an nginx.conf.</summary>
/// <param name="Id">Such as "NX0101".</param>
/// <param name="Severity">How bad; <see cref="Severity.Error"/> is the original's emerg.</param>
/// <param name="Title">What it is about, for the documentation.</param>
public sealed record FindingCode(string Id, Severity Severity, string Title);

/// <summary>Every kind of finding about an nginx.conf. Ids are never used again for something else.</summary>
public static class FindingCodes
{
    internal static readonly FindingCode FileUnreadable = Error("NX0001", "A file cannot be read");
    internal static readonly FindingCode TooDeep = Error("NX0002", "Blocks or includes are too deep, or too many");
    internal static readonly FindingCode BadText = Error("NX0003", "The text cannot be split into words");
    internal static readonly FindingCode BadBrace = Error("NX0004", "A brace stands where none may stand");
    internal static readonly FindingCode NoEvents = Note("NX0005", "The file has no events block");

    internal static readonly FindingCode UnknownDirective = Error("NX0100", "A directive is not known");
    internal static readonly FindingCode Misplaced = Error("NX0101", "A directive may not stand in this block");
    internal static readonly FindingCode NotTerminated = Error("NX0102", "A directive has a block and may have none");
    internal static readonly FindingCode NoOpening = Error("NX0103", "A directive lacks its block");
    internal static readonly FindingCode ArgumentCount = Error("NX0104", "A directive has a wrong number of words");
    internal static readonly FindingCode Duplicate = Error("NX0105", "A directive or name is given twice");
    internal static readonly FindingCode BadValue = Error("NX0106", "A value cannot be read");
    internal static readonly FindingCode BadAddress = Error("NX0107", "An address cannot be read");
    internal static readonly FindingCode BadVariable = Error("NX0108", "A variable is not known or not well written");
    internal static readonly FindingCode BadRegex = Error("NX0109", "A regular expression cannot be read");
    internal static readonly FindingCode Missing = Error("NX0110", "Something that a directive needs is not there");
    internal static readonly FindingCode Conflict = Error("NX0111", "Directives contradict each other");
    internal static readonly FindingCode BadLine = Error("NX0112", "A line of a map or the like cannot be read");

    internal static readonly FindingCode UnknownUser = Error("NX0113", "A user or a group is not known on this host");

    internal static readonly FindingCode Ignored = Warning("NX0120", "Something has no effect");
    internal static readonly FindingCode Deprecated = Warning("NX0121", "There is a modern form");
    internal static readonly FindingCode Swallowed = Warning("NX0122", "A semicolon is probably missing");

    internal static readonly FindingCode UnknownHost = Warning("NX0123", "A name has no address at present");
    internal static readonly FindingCode NoRights = Warning("NX0124", "Something needs rights that are missing");

    internal static readonly FindingCode Behaviour =
        Error("NX0150", "A directive that changes behaviour is not supported");
    internal static readonly FindingCode Security =
        Error("NX0151", "A directive that protects something is not supported");
    internal static readonly FindingCode Cosmetic = Note("NX0152", "A directive is accepted without effect");
    internal static readonly FindingCode Planned = Note("NX0153", "Directives are not carried out yet");
    internal static readonly FindingCode NotCarriedOut = Error("NX0154", "A directive is not carried out yet");

    /// <summary>All of them.</summary>
    public static ImmutableArray<FindingCode> All { get; } =
    [
        FileUnreadable, TooDeep, BadText, BadBrace, NoEvents, UnknownDirective, Misplaced, NotTerminated, NoOpening,
        ArgumentCount, Duplicate, BadValue, BadAddress, BadVariable, BadRegex, Missing, Conflict, BadLine,
        UnknownUser, Ignored, Deprecated, Swallowed, UnknownHost, NoRights,
        Behaviour, Security, Cosmetic, Planned, NotCarriedOut,
    ];

    private static FindingCode Error(string id, string title) => new(id, Severity.Error, title);

    private static FindingCode Warning(string id, string title) => new(id, Severity.Warning, title);

    private static FindingCode Note(string id, string title) => new(id, Severity.Note, title);
}
