/** Fields of forms: a label, the control, a hint and what is wrong, tied together for screen readers. */

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

/** What every field has. */
interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the value. */
  readonly error?: string;
}

/** The attributes that tie a control to its label, hint and error. */
interface Ties {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

/** A label around any control. */
export function Field(
  { label, hint, error, children }: FieldProps & { children: (ties: Ties) => ComponentChildren },
): JSX.Element {
  const id = useId();
  const described = error || hint ? `${id}-about` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": described, "aria-invalid": error ? true : undefined })}
      {described && <p id={described} class={error ? "field-error" : "field-hint"}>{error ?? hint}</p>}
    </div>
  );
}

/** What a line of text may have besides: what browsers and keyboards make of it. */
interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly type?: "text" | "password" | "number" | "date" | "datetime-local" | "search";
  readonly name?: string;
  readonly autocomplete?: "username" | "current-password" | "new-password" | "one-time-code" | "off";
  readonly inputMode?: "text" | "numeric" | "decimal";
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly autofocus?: boolean;
  readonly min?: string | number;
  readonly max?: string | number;
  readonly onFocus?: (event: FocusEvent) => void;
}

/** A line of text. */
export function TextField(
  { label, hint, error, onText, type = "text", ...rest }: TextFieldProps,
): JSX.Element {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ties) => (
        <input
          type={type as "text"}
          {...rest}
          {...ties}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A choice of one among several. */
export function SelectField<Value extends string>(
  { label, hint, error, value, choices, onChoice }: FieldProps & {
    value: Value;
    choices: readonly { readonly value: Value; readonly label: string }[];
    onChoice: (value: Value) => void;
  },
): JSX.Element {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ties) => (
        <select
          {...ties}
          value={value}
          onChange={(event) => onChoice(event.currentTarget.value as Value)}
        >
          {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
        </select>
      )}
    </Field>
  );
}

/** Something that holds or not. */
export function CheckField(
  { label, value, onChange }: { label: string; value: boolean; onChange: (value: boolean) => void },
): JSX.Element {
  return (
    <label class="check-field">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
