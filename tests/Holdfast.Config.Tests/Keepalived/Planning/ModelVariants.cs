using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived.Planning;

/// <summary>
/// Makes models in which every list has an entry, and from one all those in which exactly one property is another,
/// however deep; so that a property that somebody adds later is tested without anybody thinking of it.
/// </summary>
internal static class ModelVariants
{
    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>A value of a type, with one entry in every list and something in all that may be missing.</summary>
    public static object Full(Type type)
    {
        if (Simple(type, 1) is { } simple)
        {
            return simple;
        }
        if (type == typeof(RouteEncapsulation))
        {
            return new MplsEncapsulation([16], 3);
        }
        if (IsArray(type, out Type? element))
        {
            return ArrayOf(element, [.. Kinds(element).Select(Full)]);
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>))
        {
            return ImmutableDictionary<ushort, uint>.Empty.Add(2, 1400);
        }
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(static c => c.GetParameters().Length)
            .First(c => c.GetParameters() is not [{ ParameterType: var only }] || only != type);
        object made = constructor.Invoke(
            [.. constructor.GetParameters().Select(static p => Full(Bare(p.ParameterType)))]);
        foreach (PropertyInfo property in Properties(type))
        {
            property.SetValue(made, Full(Bare(property.PropertyType)));
        }
        return made;
    }

    /// <summary>Every model that differs from a full one in one property, with the path of that property.</summary>
    public static IEnumerable<(string Path, object Variant)> Of(object value)
    {
        Type type = value.GetType();
        if (Simple(type, 2) is { } other)
        {
            return [("", other)];
        }
        if (IsArray(type, out Type? element))
        {
            object[] items = [.. ((System.Collections.IEnumerable)value).Cast<object>()];
            return [.. items.SelectMany((item, i) => Of(item).Select(v => ($"[{Name(item)}]{v.Path}",
                ArrayOf(element, [.. items[..i], v.Variant, .. items[(i + 1)..]])))), ("[] empty", ArrayOf(element))];
        }
        if (value is ImmutableDictionary<ushort, uint> dictionary)
        {
            return [("[]", dictionary.SetItem(2, 1500))];
        }
        return Properties(type).SelectMany(p => OfProperty(value, p));
    }

    private static IEnumerable<(string Path, object Variant)> OfProperty(object value, PropertyInfo property)
    {
        foreach ((string path, object variant) in Of(property.GetValue(value)!))
        {
            yield return ($".{property.Name}{path}", With(value, property, variant));
        }
        bool mayBeMissing = Nullable.GetUnderlyingType(property.PropertyType) is not null
            || (!property.PropertyType.IsValueType
                && s_nullability.Create(property).ReadState == NullabilityState.Nullable);
        if (mayBeMissing)
        {
            yield return ($".{property.Name} missing", With(value, property, null));
        }
    }

    private static object With(object value, PropertyInfo property, object? changed)
    {
        object copy = value.GetType().IsValueType ? RuntimeHelpers.GetObjectValue(value)
            : value.GetType().GetMethod("<Clone>$")!.Invoke(value, [])!;
        property.SetValue(copy, changed);
        return copy;
    }

    // Where something stands in a file does not matter to what runs. The limit of lifetimes is what an option says,
    // and the plan shows the option.
    private static IEnumerable<PropertyInfo> Properties(Type type)
        => type.GetProperties().Where(static p => p.SetMethod is not null && p.PropertyType != typeof(SourceSpan)
            && p.GetIndexParameters().Length == 0
            && p.Name != nameof(GlobalModel.AddressLifetimeLimit));

    /// <summary>All kinds of a type that is abstract, such as checkers.</summary>
    private static IEnumerable<Type> Kinds(Type type)
        => !type.IsAbstract ? [type]
            : type.Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(type))
                .OrderBy(static t => t.Name, StringComparer.Ordinal);

    private static string Name(object item) => item.GetType().BaseType?.IsAbstract == true ? item.GetType().Name : "";

    private static bool IsArray(Type type, out Type element)
    {
        bool isArray = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);
        element = isArray ? type.GetGenericArguments()[0] : type;
        return isArray;
    }

    private static object ArrayOf(Type element, params object[] items)
    {
        Array array = Array.CreateInstance(element, items.Length);
        items.CopyTo(array, 0);
        return typeof(System.Runtime.InteropServices.ImmutableCollectionsMarshal)
            .GetMethod("AsImmutableArray")!.MakeGenericMethod(element).Invoke(null, [array])!;
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static object? Simple(Type type, byte n)
    {
        if (type.IsEnum)
        {
            return Enum.ToObject(type, n);
        }
        return type == typeof(string) ? $"x{n}" : type == typeof(bool) ? n == 2
            : type == typeof(int) ? (int)n : type == typeof(long) ? (long)n : type == typeof(byte) ? n
            : type == typeof(ushort) ? (ushort)n : type == typeof(uint) ? (uint)n : type == typeof(ulong) ? (ulong)n
            : type == typeof(char) ? (n == 2 ? '-' : '+') : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(n)
            : type == typeof(Priority) ? new Priority(n) : type == typeof(Vrid) ? new Vrid(n)
            : type == typeof(IpAddress) ? IpAddress.V4(10, 0, 0, n)
            : type == typeof(IpPrefix) ? IpPrefix.Host(IpAddress.V4(10, 0, 0, n))
            : type == typeof((ushort, ushort)) ? ((ushort)n, (ushort)9)
            : type == typeof((uint, uint)) ? ((uint)n, 9u)
            : type == typeof(SourceSpan) ? new SourceSpan("file", n, 1, 1)
            : null;
    }
}
